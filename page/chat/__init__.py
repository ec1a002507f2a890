"""The conversation, and the article beside it.

- `chat` - events to calls, and results to HTML; `events` - what the browser sends, checked
- `asking`, `conversations` - a question put, finished although nobody waits, and kept
- `transcript`, `reply` - the conversation, and one answer with what can be done with it
- `passages_read`, `clipboard` - what was read for an answer, and copies of it
- `pane`, `source_pane` - an article with its highlights, and its versions
- `startup` - while the library is being filled
"""

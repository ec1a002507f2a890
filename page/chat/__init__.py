"""The conversation, and the article beside it.

- `chat` - events to calls, and results to HTML; `events` - what the browser sends, checked
- `asking`, `conversations` - a question put, finished although nobody waits, and kept
- `transcript`, `reply`, `passages_read`, `clipboard` - the conversation, one answer, what was read, and copies of it
- `pane`, `source_pane`, `versions` - an article with its highlights
- `limits` - dates and publishers that a user sets; `startup` - while the library is being filled
"""

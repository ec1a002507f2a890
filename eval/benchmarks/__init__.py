"""What is measured beside a run. Nothing of the product imports it.

- `tables` - every suite in one table; `blind` - one look at the blind suite
- `reporter`, `follow_ups` - a reporter's questions, and conversations
- `scale`, `bulk` - what a library's size costs; `sizes`, `distractors` - what it does to answers
- `programs` - the same work by other programs
- `extraction` - how well pages are read; `verification`, `side_by_side` - the language-model mode
- `offered` - what the page offers to ask
- `gold_articles` - the articles of the suites, made
"""

"""What a question means here and now.

- `turns`, `answer_context` - the conversation so far
- `follow_up` - a question that leans on it is made to stand alone, over `antecedents` and `ellipsis`;
  `rewrite` - the same by a language model
- `time` - what its words say about time; `publishers` - whose articles it asks for; `question` - what kind of answer
- `spelling` - its names, as the articles spell them
- `interpret` - all of it
"""

"""Which sentences to quote.

- `how_many` - as many as give the highest F1 that can be expected
- `superseded` - the newest value first; `claims`, `conflicts` - what a sentence says, and where sources differ
- `plain_answers` - what the words alone tell: who or how old somebody is, what somebody said
- `repeats` - what says the same again; `add_context` - the sentence that names whom "he" is
- `select` - the whole step
"""

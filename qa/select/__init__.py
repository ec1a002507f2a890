"""Which sentences to quote.

- `how_many` - as many as give the highest F1 that can be expected
- `superseded` - the newest value first; `claims`, `conflicts` - what a sentence says, and where sources differ
- `add_context` - the sentence that names whom "he" is
- `extract` - the whole step
"""

"""An answer in a language model's words.

- `prompt`, `endpoint`, `parse` - what it is asked, how, and what it replied
- `verify` - each sentence against what it cites, over `particulars` (numbers, dates, names, quotations) and
  `faithfulness`
- `compose`, `write` - the whole step
"""

"""Whether citations got better or worse, from a suite of questions with gold evidence.

In the order of a run:

- `suite` - a suite folder, checked, and which of its questions are asked; `check` looks for what is doubtful in one,
  `draft` makes one of what people said, all over `jsonl`
- `subject`, `engine` - what is measured, and the simplest things that could work
- `run`, `record` - asks, and keeps a record of each question
- `score` - measures and statistics; `report` - runs shown and compared
- `commands` - all of it on the command line
- `training` makes the model that ships, `benchmarks` measures more; nothing of the product imports these two
"""

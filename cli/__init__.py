"""The command line.

- `main` - reads the arguments; `inputs`, `output`, `progress`, `stopping` - what commands share
- `ask`, `answers`; `articles`, `library`, `versions`, `watch`; `health`; `serve` - the commands
"""

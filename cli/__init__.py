"""The command line.

- `main` - reads the arguments; `inputs`, `output` - what commands share
- `ask`; `articles`, `library`, `versions`, `watch`; `serve` - the commands
"""

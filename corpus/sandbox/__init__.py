"""Hostile bytes are parsed in a process that can do no more than that.

- `process` - starts the child, and ends it at its limits of time and memory
- `child` - shuts itself in, then parses
"""

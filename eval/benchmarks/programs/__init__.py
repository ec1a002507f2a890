"""The same work by other programs: ``make bench``.

- `__main__` - environments, data, and the table
- `measuring` - what each program does, and is timed at
- `with_footnote`, `with_llama_index`, `with_txtai`, `with_haystack` - each program, as its own manual shows it
- `report` - `docs/benchmarks.md`, with its plots
"""

"""The library's file and its tables.

- `connection`, `schema` - the file, opened, and its tables, made or upgraded
- `records` - what is kept, as records
- `chunk_table`, `origin_table`, `version_table`, `feedback`, `conversations`,
  `tags`, `watches` - tables, each with its SQL
- `integrity`, `purge`, `backup` - checked, forgotten for good, and copied while in use
"""

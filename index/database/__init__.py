"""The library's database and its tables.

- `connection`, `schema` - the database, opened, and its tables, made or upgraded
- `engine`, `sqlite`, `postgresql` - what differs between the two databases that a library can be in
- `records` - what is kept, as records
- `chunk_table`, `origin_table`, `version_table`, `feedback`, `conversations`,
  `tags`, `watches` - tables, each with its SQL
- `integrity`, `purge`, `backup` - checked, forgotten for good, and copied while in use
"""

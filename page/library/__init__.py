"""The library page.

- `page` - its addresses, and who may use them; `events` - what it sends, checked; `actions` - what it does
- `table`, `article`, `adding`, `drafts` - its parts
"""

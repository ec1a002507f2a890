"""Pages from the web, from public addresses only.

- `address` - which URLs and which addresses are read; `robots` - what a site allows
- `transport` - connects to the address that was checked, and to no other
- `fetch` - one page, within limits
"""

"""Between the network and the pages.

- `server`, `options` - the socket, and what may be chosen; `gradio_patches`
- `connections`, `request_bodies`, `guard`, `proxy_headers` - what gets in
- `caller`, `scopes`, `rate_limits` - who asks, and how often
- `statuses` - what is said of an error
- `observed_engine`, `traffic`, `logs`, `metrics` - what is counted and told
"""

"""The web chat, the library page and the evaluation page, and what the server lets through.

- `chat`, `library`, `evaluation` - a folder a page; `desk` - what makes the chat one that stays open
- `server` - between the network and the pages; `signin` - who somebody is
- `strings` - every word of the interface; `markup` - HTML that cannot be broken out of
- `frame`, `theme`, `first_paint` - what stands around a page; `static/` - style and script
- `web` - what our own addresses share; `ports` - what the pages need of an engine
- `api` - the same for programs, over HTTP and as tools of the Model Context Protocol
"""

"""The parts of the web chat: what is shown, how it looks, and what the server lets through.

In the order in which a page is made: ``strings`` (every word of the interface), ``markup`` (HTML that cannot
be broken out of), ``marks`` (a stored text cut along its highlights), ``takeaway`` (answers and quotes to paste
elsewhere or save), ``conversations`` (kept in memory, by an unguessable id), ``reply`` (an answer or an abstention),
``talk`` (a conversation), ``source`` (an article beside it), ``frame`` (masthead and document head), ``events`` (what
the browser sends, checked), ``chat`` (the handlers), ``ports`` and ``scripted`` (the engine the page needs, and one
that reads from a script), ``theme``, ``guard`` (hosts, origins, sizes, security headers), ``server``, and the files
``page.css`` and ``page.js``. ``app.py`` puts them together.
"""

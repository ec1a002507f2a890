"""The parts of the web chat: what is shown, how it looks, and what the server lets through.

In the order in which a page is made: ``strings`` (every word of the interface), ``markup`` (HTML that cannot
be broken out of), ``marks`` (a stored text cut along its highlights), ``takeaway`` (answers and quotes to paste
elsewhere or save), ``read`` (what was read for an answer), ``conversations`` (kept in memory, by an unguessable id),
``reply`` (an answer or an abstention), ``talk`` (a conversation), ``narrow`` (the limits that a user sets),
``versions`` (what changed in an article), ``source`` (an article beside the conversation), ``frame`` (masthead and
document head), ``events`` (what the browser sends, checked), ``asking`` (a question put to the engine), ``chat`` (the
handlers), ``ports`` and ``scripted`` (the engine the page needs, and one that reads
from a script), ``theme``, ``guard`` (hosts, origins, sizes, security headers), ``server``, and the files
``page.css`` and ``page.js``. ``app.py`` puts them together.

The server: ``options`` (what may be chosen), ``access`` (who may ask and edit), ``signin``, ``signin_page`` and
``signin_routes`` (signing in and out), ``forwarded`` (what a proxy says), ``rates`` (how often), ``scopes`` and
``caller`` (who sent a request), ``reading`` (what they may read), ``statuses`` (what is said of an error), ``bodies``
(what was sent, looked at before Gradio sees it), ``connections`` (how many, and for how long), ``traffic`` (ids of
requests), ``logs``, ``metrics``, ``sizes``, ``observed`` (an engine that is counted), ``opening`` (what is left to do
when the page is up), ``programs`` (the API, the MCP server).

The library page: ``library`` (its addresses, and who may use them), ``library_events`` (what it sends, checked),
``library_desk`` (what it does with the library), ``library_drafts`` (what waits to be added), ``library_table``,
``library_article`` and ``library_adding`` (its parts as HTML), ``library.css`` and ``library.js``.
"""

"""Finds the passages of the library that are near a question.

In the order of use:

- `index.sentences`, `index.chunks` - articles cut into sentences with exact spans, and chunks of whole sentences
- `index.models`, `index.parts`, `index.bert`, `index.encoder`, `index.late` - a model, and one pass of it for a chunk
  and its words
- `index.library` - the source of truth, in SQLite, over `index.database`, `index.schema` and `index.rows`
- `index.live`, `index.copies`, `index.history`, `index.feedback`, `index.integrity` - its tables, each with its SQL
- `index.origins`, `index.difference`, `index.edits` - copies of one text, what changed in one, and what people set
- `index.vectors`, `index.unused`, `index.derived`, `index.probe` - the Chroma store derived from it
- `index.words`, `index.scope` - what a question asks for, and of which articles
- `index.settle`, `index.plan` - under which id an article goes in, and how it is cut for the model
- `index.listing` - the articles as a table: searched, filtered, sorted
- `index.snapshot` - the live chunks in memory
- `index.passages` - all of them together: articles in, candidate passages out
- `index.reindex`, `index.moving` - to another model, while the old index answers
- `index.purge`, `index.backup` - forgetting for good, and a copy of the library in use
- `index.checks` - every invariant, for ``footnote doctor``
"""

"""Finds the passages of the library that are near a question.

In the order of use:

- `index.embedding.sentences`, `index.embedding.chunker` - articles cut into sentences with exact spans, and chunks of
  whole sentences
- `index.embedding.model_files`, `index.embedding.model_parts`, `index.embedding.bert`, `index.embedding.encoder`,
  `index.embedding.late_interaction` - a model, and one pass of it for a chunk and its words
- `index.library` - the source of truth, in SQLite, over `index.database.connection`, `index.database.schema` and
  `index.database.records`
- `index.database.chunk_table`, `index.database.origin_table`, `index.database.version_table`,
  `index.database.feedback`, `index.database.integrity` - its tables, each with its SQL
- `index.near_duplicates`, `index.difference`, `index.edits` - copies of one text, what changed in one, and what people
  set
- `index.search.chroma`, `index.search.chroma_free_space`, `index.search.chroma_sync`, `index.search.chroma_probe` - the
  Chroma store derived from it
- `index.search.query_words`, `index.search.scope` - what a question asks for, and of which articles
- `index.identify`, `index.embedding.plan` - under which id an article goes in, and how it is cut for the model
- `index.listing` - the articles as a table: searched, filtered, sorted
- `index.search.snapshot` - the live chunks in memory
- `index.passages` - all of them together: articles in, candidate passages out
- `index.reindex`, `index.reindexing` - to another model, while the old index answers
- `index.database.purge`, `index.database.backup` - forgetting for good, and a copy of the library in use
- `index.doctor` - every invariant, for ``footnote doctor``
"""

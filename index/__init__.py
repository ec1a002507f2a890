"""The library: sentences, chunks, vectors and full text; articles in, candidate passages out.

- `database` - the SQLite file and its tables, one module a table
- `library` - the one source of truth; `identify` - under which id an article goes in; `near_duplicates` - whose copy it
  is
- `embedding` - articles cut into sentences and chunks, and embedded
- `search` - Chroma, full text, and which articles a question is about
- `passages` - all of them together; `bulk` - adding on a Ray cluster
- `listing`, `edits`, `difference` - the articles as a table, what people set, and what changed in one
- `reindex`, `shadow_index` - to another model, while the old index answers
- `doctor` - every invariant, checked and mended
"""

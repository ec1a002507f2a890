"""Finds the passages of the library that are near a question.

In the order of use:

- `index.sentences`, `index.chunks` - articles cut into sentences with exact spans, and chunks of whole sentences
- `index.encoder` - one pass of the embedding model for a chunk's vector and its sentences'
- `index.library` - the source of truth, in SQLite
- `index.vectors`, `index.derived`, `index.probe` - the Chroma store derived from it
- `index.words`, `index.scope` - what a question asks for, and of which articles
- `index.settle`, `index.plan` - under which id an article goes in, and how it is cut for the model
- `index.snapshot` - the live chunks in memory
- `index.checks` - every invariant, for ``footnote doctor``
- `index.passages` - all of them together: articles in, candidate passages out
"""

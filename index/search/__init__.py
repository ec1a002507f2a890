"""Candidates for a question.

- `query_words` - the words that carry meaning; `scope` - of which articles
- `chroma` - the vector store; `chroma_sync` keeps it in step with the library, `chroma_probe` and `chroma_free_space`
  look at its files
- `snapshot` - the chunks that are searched
"""

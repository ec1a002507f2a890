"""Candidates for a question.

- `query_words` - the words that carry meaning; `scope` - of which articles
- `full_text` - for people: tolerant of spelling, with the sentences that match
- `derived` - the vector store, made anew from the library where it is not of it; `chroma` - in a folder, or on a server
- `snapshot` - which chunks are live; `exact` - exact search over few of them, and to measure recall
"""

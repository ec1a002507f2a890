"""Articles: read, cleaned, identified.

In the order of use:

- `corpus.sources` - files, folders and standard input to articles
- `corpus.text`, `corpus.markdown`, `corpus.head`, `corpus.dates` - bytes to stored text and metadata
- `corpus.furniture` - what stands on the page and is never quoted
- `corpus.article` - the record that everything else talks about
- `corpus.settings`, `corpus.errors`, `corpus.offline` - what every package shares
"""

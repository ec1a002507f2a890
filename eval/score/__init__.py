"""From answers to measures.

- `measures`, `retrieval`, `support`, `confidence` - of citations, ranking, support, and how sure an answer was
- `scoring` - one question; `summary`, `stats`, `paired` - a run
- `catalogue` - each measure's name and meaning
"""

"""From answers to measures.

- `measures`, `retrieval`, `support`, `confidence` - of citations, ranking, support, and how sure an answer was
- `scoring` - one question; `summary`, `stats`, `baseline_delta` - a run; `timing` - how long it took
- `catalogue` - each measure's name and meaning
"""

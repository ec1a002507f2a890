"""Decides what to say: evidence, answer, citations.

In the order of use:

- `qa.question` - what a question asks for
- `qa.retriever` - candidate passages, as a llama-index retriever
- `qa.evidence`, `qa.features`, `qa.scorer` - their sentences, measured and scored
- `qa.extract`, `qa.answer` - which to quote, and the record of it
- `qa.query_engine` - all of it as a llama-index query engine
- `qa.suggest` - questions to start from
- `qa.engine` - one object to open, add to, ask and close
"""

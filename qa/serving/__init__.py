"""Answers for many people at once.

- `shared_engine` - one engine for all, over `processes` of their own
- `preload` - what those share in memory; `answer_cache` - the same question again
"""

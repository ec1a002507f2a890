"""From an article to vectors.

- `sentences` - sentences with exact spans; `chunker` - chunks of whole sentences; `plan` - both, and what is embedded
- `encoder` - the embedding model, over `bert`; `model_files`, `model_parts` - where models are found
- `late_interaction` - a vector for each word
"""

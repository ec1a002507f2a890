"""From an article to vectors.

- `sentences` - sentences with exact spans; `chunker` - chunks of whole sentences; `plan` - both, and what is embedded
- `encoder` - what is asked of an embedding model, and those of sentence-transformers; `minilm` - what ships
- `onnx_runtime`, `onnx_graphs` - what those that ship run in; `model_files`, `model_parts` - where models are found
"""

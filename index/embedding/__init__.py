"""From an article to vectors.

- `sentences` - sentences with exact spans; `chunker` - chunks of whole sentences; `plan` - both, and what is embedded
- `encoder` - what is asked of an embedding model, and sentence-transformers' ones; `minilm` - the one that ships
- `onnx_runtime`, `onnx_graphs` - what the models that ship run in; `model_files`, `model_parts` - where models are found
"""

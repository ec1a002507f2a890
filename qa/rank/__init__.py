"""How likely each sentence of the candidate passages is to belong to the answer.

- `candidates` - sentences of the passages
- `reader`, `reader_network` - reads question and passage together; `reranker` - a published cross-encoder in its place
- `calibration` - scores to probabilities; `rank` - the whole step
- `model_folder` - reader and calibration on disk, checked when they are loaded
"""

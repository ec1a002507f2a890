"""How the model that ships is made. Nothing of the product imports it.

- `questions`, `wikinews`, `typed`, `everyday`, `suites` - what is learnt from; `examples` - as the reader reads it
- `network` - the reader in torch; `body` - what its training starts from
- `reader` trains, `adapt` adapts to the development suites, `calibrate` fits the calibration
- `models` - the models in ONNX Runtime beside the same in torch
"""

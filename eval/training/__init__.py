"""Training: how the models that ship are made. Nothing of the product imports it."""

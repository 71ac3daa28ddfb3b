"""Embedders: a port, the sentence-transformers reference, and the int8 ONNX form that serves."""

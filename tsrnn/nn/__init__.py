"""Tensors only: recurrent cores, decoders and heads, without dates, frames or words."""

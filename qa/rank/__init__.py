"""Ranking: how likely each sentence of the candidate passages is to belong to the answer."""

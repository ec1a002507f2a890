"""Footnote: questions about news articles, answered with a footnote for every sentence."""

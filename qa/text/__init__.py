"""English, as far as questions and news need it.

- `lexicon`, `numerals`, `pronouns` - words
- `noun_phrases`, `mentions`, `figures`, `written_dates` - spans of a sentence
"""

"""English, as far as questions and news need it: read once for all.

`index.search.query_words` cuts a text into tokens, `lexicon` lists the words that matter, and what a module here reads
of a sentence is kept by its text: who asks for the names or figures of a sentence again is given the same ones.

- `lexicon`, `pronouns` - words
- `noun_phrases`, `mentions`, `numbers`, `figures`, `written_dates` - spans of a sentence
"""

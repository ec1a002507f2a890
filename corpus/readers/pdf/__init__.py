"""A PDF's text layer to an article.

- `document` - the whole way
- `glyphs` - letters with their places; `words` - letters put together
- `columns` - words to lines in reading order; `paragraphs` - lines to paragraphs
"""

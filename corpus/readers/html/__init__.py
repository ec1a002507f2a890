"""A web page to its article.

- `normalize` - mends the tree, over `stylesheets` and `hidden`: what a person does not see is taken out
- `page` - finds the article, checked against `prose`
- `metadata`, `titles`, `authors` - what the page says of itself
"""

"""One reader a format: bytes in, text and what the source says of itself out.

- `html`, `pdf` - folders of their own
- `markdown`, `plain_text`, `jsonl`, `docx`, `feed`, `mail`
"""

"""Runs shown and compared.

- `loaded`, `runs` - a run read back, and a folder of them
- `report`, `html`, `plots`, `page_questions` - one run, as text and as a page
- `compare`, `compare_text`, `compare_html` - two of them, and values that must be kept to
"""

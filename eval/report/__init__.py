"""Runs shown and compared.

- `finished`, `loaded`, `runs` - a run at its end, read back, and a folder of them
- `report`, `html`, `plots`, `page_questions`, `excerpt` - one run, as text and as a page
- `compare`, `compare_text`, `compare_html` - two of them
"""

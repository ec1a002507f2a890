"""The evaluation page, all in `page`."""

"""The evaluation page: `page`, over what `runs` says."""

"""Signing in: `access` - who may what; `sessions`, `pages`, `routes` - who has done so, and where."""

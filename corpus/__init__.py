"""Articles in: found, read in a sandbox, cleaned, and handed on as one record.

In the order in which data passes:

- `sources` - files, folders, standard input and web addresses to articles; `intake` - what a page is sent
- `folder`, `file_types` - which files of a folder are read, and by which reader
- `web` - which addresses may be fetched, and fetching them; `sandbox` - the process in which files are parsed
- `readers` - one module or folder a format
- `text`, `boilerplate`, `dates` - what all readers share
- `fields`, `result` - what a source said, cleaned, and what came of reading it
- `article` - the record that everything else talks about
- `settings`, `errors`, `offline`, `memory` - what every package shares
"""

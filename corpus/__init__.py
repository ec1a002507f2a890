"""Articles: read, cleaned, identified.

In the order of use:

- `corpus.sources` - files, folders, standard input and web addresses to articles; `corpus.result`, what that gives
- `corpus.intake` - files that were sent, pasted text and addresses, for the library page
- `corpus.file_types`, `corpus.folder` - which reader a file needs, and which files of a folder are read
- `corpus.text`, `corpus.readers.markdown`, `corpus.readers.jsonl`, `corpus.fields`, `corpus.readers.plain_text`,
  `corpus.dates` - bytes to stored text and metadata
- `corpus.sandbox.process`, `corpus.sandbox.child` - the process in which files that may do harm are parsed
- `corpus.readers.html.page`, over `corpus.readers.html.normalize`, `corpus.readers.html.stylesheets`,
  `corpus.readers.html.hidden` and `corpus.readers.html.prose` - web pages; `corpus.readers.html.metadata`,
  `corpus.readers.html.titles` and `corpus.readers.html.authors` - what they say of themselves
- `corpus.readers.pdf.document`, over `corpus.readers.pdf.glyphs`, `corpus.readers.pdf.words`,
  `corpus.readers.pdf.columns` and `corpus.readers.pdf.paragraphs` - PDF
- `corpus.readers.docx`, `corpus.readers.mail`, `corpus.readers.forwarded`, `corpus.readers.feed`, `corpus.web.robots` -
  what else is parsed; `corpus.superscripts` and `corpus.encodings` - raised digits and old encodings, in all of them
- `corpus.web.address`, `corpus.web.transport`, `corpus.web.fetch` - which addresses are read, and reading them
- `corpus.boilerplate` - what stands on the page and is never quoted
- `corpus.article` - the record that everything else talks about
- `corpus.settings`, `corpus.errors`, `corpus.offline`, `corpus.malloc` - what every package shares
"""

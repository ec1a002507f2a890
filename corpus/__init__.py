"""Articles: read, cleaned, identified.

In the order of use:

- `corpus.sources` - files, folders, standard input and web addresses to articles; `corpus.found`, what that gives
- `corpus.intake` - files that were sent, pasted text and addresses, for the library page
- `corpus.kinds`, `corpus.folder` - which reader a file needs, and which files of a folder are read
- `corpus.text`, `corpus.markdown`, `corpus.jsonl`, `corpus.fields`, `corpus.head`, `corpus.dates` - bytes to stored
  text and metadata
- `corpus.sandbox`, `corpus.child` - the process in which files that may do harm are parsed
- `corpus.html`, over `corpus.tidy`, `corpus.styles`, `corpus.hidden` and `corpus.prose` - web pages;
  `corpus.pagemeta`, `corpus.titles` and `corpus.names` - what they say of themselves
- `corpus.pdf`, over `corpus.glyphs`, `corpus.typeset`, `corpus.columns` and `corpus.joining` - PDF
- `corpus.word`, `corpus.mail`, `corpus.forwarded`, `corpus.feed`, `corpus.robots` - what else is parsed;
  `corpus.raised` and `corpus.legacy` - raised digits and old encodings, in all of them
- `corpus.address`, `corpus.connect`, `corpus.web` - which addresses are read, and reading them
- `corpus.furniture` - what stands on the page and is never quoted
- `corpus.article` - the record that everything else talks about
- `corpus.settings`, `corpus.errors`, `corpus.offline`, `corpus.heap` - what every package shares
"""

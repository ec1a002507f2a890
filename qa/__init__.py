"""Decides what to say: evidence, answer, citations.

In the order of use:

- `qa.turns`, `qa.followup` (over `qa.antecedents`, `qa.ellipsis`, `qa.incomplete`, `qa.phrases`, `qa.pronouns` and
  `qa.wordlists`), `qa.rewrite` - a question that leans on the conversation becomes one that stands alone
- `qa.when`, `qa.dated` - what its words say about time; `qa.understood` - both together
- `qa.question` - what it asks for
- `qa.retriever` - candidate passages, as a llama-index retriever
- `qa.evidence` - their sentences; `qa.rank.rank` has the closest passages read by `qa.rank.reader` (its network is
  `qa.rank.reader_model`), and `qa.rank.calibration` makes probabilities of that; `qa.rank.model` is the folder of both,
  checked; `qa.reranker` is a published cross-encoder, where one is named
- `qa.extract` - which of them to quote, `qa.rank.choose` how many, `qa.latest` which is the newest; `qa.mend`
  brings what a sentence needs to be understood, `qa.disagree` (over `qa.readings`, `qa.figures`, `qa.mentions` and
  `qa.stance`) what the articles disagree on
- `qa.refusal`, `qa.languages` - what an abstention says
- `qa.endpoint`, `qa.prompt`, `qa.drafts`, `qa.compose` - a language model's answer, which `qa.confirm` and
  `qa.particulars` check sentence by sentence
- `qa.answer`, `qa.footnotes`, `qa.asked` - the record of an answer
- `qa.query_engine` - all of it as a llama-index query engine
- `qa.verify` - a saved answer, checked again
- `qa.suggest` - questions to start from; `qa.further` - questions to ask next; `qa.outlets` - whose articles a question
  asks for
- `qa.engine` - one object to open, add to, ask and close
- `qa.served` - the same for many people at once: `qa.processes` answer, `qa.repeats` gives an answer again
"""

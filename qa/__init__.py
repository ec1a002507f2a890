"""Decides what to say: evidence, answer, citations.

In the order of use:

- `qa.interpret.turns`, `qa.interpret.follow_up` (over `qa.interpret.antecedents`, `qa.interpret.ellipsis`,
  `qa.interpret.incomplete`, `qa.text.noun_phrases`, `qa.text.pronouns` and `qa.text.lexicon`), `qa.interpret.rewrite` -
  a question that leans on the conversation becomes one that stands alone
- `qa.interpret.time`, `qa.text.written_dates` - what its words say about time; `qa.interpret.interpret` - both together
- `qa.interpret.question` - what it asks for
- `qa.retriever` - candidate passages, as a llama-index retriever
- `qa.rank.candidates` - their sentences; `qa.rank.rank` has the closest passages read by `qa.rank.reader` (its network
  is `qa.rank.reader_network`), and `qa.rank.calibration` makes probabilities of that; `qa.rank.model_folder` is the
  folder of both, checked; `qa.rank.reranker` is a published cross-encoder, where one is named
- `qa.select.extract` - which of them to quote, `qa.select.how_many` how many, `qa.select.superseded` which is the
  newest; `qa.select.add_context` brings what a sentence needs to be understood, `qa.select.conflicts` (over
  `qa.select.claims`, `qa.text.figures`, `qa.text.mentions` and
  `qa.llm.stance`) what the articles disagree on
- `qa.abstain`, `qa.languages` - what an abstention says
- `qa.llm.endpoint`, `qa.llm.prompt`, `qa.llm.parse`, `qa.llm.compose` - a language model's answer, which
  `qa.llm.verify` and `qa.llm.particulars` check sentence by sentence
- `qa.answer`, `qa.footnotes`, `qa.interpret.answer_context` - the record of an answer
- `qa.query_engine` - all of it as a llama-index query engine
- `qa.audit` - a saved answer, checked again
- `qa.suggest` - questions to start from; `qa.next_questions` - questions to ask next; `qa.interpret.publishers` - whose
  articles a question asks for
- `qa.engine` - one object to open, add to, ask and close
- `qa.serving.shared_engine` - the same for many people at once: `qa.serving.processes` answer,
  `qa.serving.answer_cache` gives an answer again
"""

"""A question to an answer, every sentence of which carries a footnote, or to an honest "not found".

In the order of a question's way:

- `interpret` - what it means here and now, standing alone
- `retriever` - candidate passages, as llama-index plugs it in; `passage_search` - those alone
- `rank` - how likely each sentence answers
- `select` - which to quote, with what they need to be understood, and what the articles disagree on
- `refusal`, `languages` - what is said where nothing answers
- `llm` - the answer in a language model's words, checked sentence by sentence
- `answer`, `footnotes` - the record, and where a footnote gets its number
- `pipeline` - the whole way; `events`, `findings` - what becomes known on it
- `query_engine` - the same, as llama-index plugs it in; `engine` - one object to open, add to, ask and close
- `audit` - a saved answer, checked again
- `suggest`, `next_questions`, `offered_questions` - what can be asked, and has an answer
- `serving` - the same for many people at once; `text` - English, read once for all
"""

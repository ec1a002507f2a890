"""What of an answer the next question may lean on."""

from footnote.qa.answer import Answer
from footnote.qa.interpret.turns import Turn


def turn_of(answer: Answer) -> Turn:
    """Return a turn of a conversation, as the questions after it see it."""
    sources = [citation.source for citation in answer.citations]
    titles = dict.fromkeys(source.title for source in sources if source.title)
    return Turn(answer.question, answer.standalone_question, tuple(s.quote for s in sources), tuple(titles))

"""A language model that says what it is told, and offered sentences that are told apart by their place."""

from footnote.corpus.article import Article
from footnote.qa.llm.prompt import make_prompt, ranked_passages
from footnote.qa.rank.candidates import Sentence


class Scripted:
    """Streams each reply in pieces of ``size`` characters; ``asked`` is what it was sent, ``said`` how far it got."""

    model = "scripted"

    def __init__(self, *replies, size=7):
        self.replies = list(replies)
        self.size = size
        self.asked = []
        self.said = 0

    def stream(self, system, user, stop):
        self.asked.append((system, user))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        for start in range(0, len(reply), self.size):
            if stop():
                return
            self.said += 1
            yield reply[start : start + self.size]


def offered(*texts):
    """Sentences of articles of their own; a list of texts is one article's, in a row."""
    found = []
    for n, text in enumerate(texts):
        place, parts = 0, [text] if isinstance(text, str) else text
        article = Article(f"article-{n}", " ".join(parts))
        for part in parts:
            found.append(Sentence(article, article.version, place, place + len(part), part, n, 0, 0, 0.5))
            place += len(part) + 1
    return found


def prompt_of(question, sentences, **fields):
    """The prompt that offers these sentences, the first the likeliest; passages keep that order."""
    likely = [1 - n / 1_000 for n in range(len(sentences))]
    return make_prompt(question, ranked_passages(sentences, likely), **fields)

"""What adding an article costs grows with its length, whatever it is made of: counted, not timed."""

import sys

import pytest
from kills import ToyEncoder

from footnote.corpus.article import Article
from footnote.index.embedding.plan import plan

KINDS = {
    "prose": "The mayor of Bay Town said on Monday that 3.4 million people had left. ",
    "no stop": "word ",
    "one word": "x",
    "stops": ".",
    "short sentences": "A b. ",
    "lines": "a\n",
    "paragraphs": "Mayor Ana said so\n\n",
    "abbreviations": "Mr. ",
    "digits": "1.",
    "list": "- a b\n",
    "quotes": "“A” ",
    "brackets": "([{",
    "addresses": "http://a.b/c?d=e ",
    "ideographs": "汉字漢字。",
    "emoji": "😀",
    "captions": "Photo: a b c ",
    "byline": "By Ana Ruiz and ",
    "title again": "Bay Town harbour ",
    "base64": "QUJDabcd+/",
}


class Counting(ToyEncoder):
    """Counts the characters that are cut into pieces."""

    def __init__(self):
        super().__init__("toy", 16)
        self.read = 0

    def pieces(self, text):
        self.read += len(text)
        return super().pieces(text)


def cost(text):
    """The lines of Python run, and the characters cut into pieces, to plan an article of this text."""
    encoder, lines = Counting(), 0

    def count(frame, event, _):
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        plan(Article("a", text, "Bay Town harbour"), encoder)
    finally:
        sys.settrace(before)
    return encoder.read, lines


@pytest.mark.parametrize("kind", KINDS)
def test_planning_an_article_is_linear_in_its_length(kind):
    small, large = (KINDS[kind] * (size // len(KINDS[kind])) for size in (2_000, 16_000))
    (read, lines), (more_read, more_lines) = cost(small), cost(large)
    assert more_read <= 8.5 * read + 10_000
    assert more_lines <= 9 * lines + 10_000
    assert more_read <= 12 * len(large), "and few times what it is long"

"""What adding an article costs grows with its length, whatever it is made of: counted, not timed."""

import random
import sys
import time

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


@pytest.mark.slow
def test_the_longest_text_is_cut_for_the_real_model_in_linear_time(encoder):
    """What is then read is as many passages of one size, which is what most of adding takes."""
    chance = random.Random(3)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvy", k=chance.randint(2, 9))) for _ in range(4_000)]
    lines = (" ".join(chance.choices(words, k=chance.randint(8, 25))).capitalize() + ".\n" for _ in range(22_000))
    text, took, passages = "".join(lines)[:1_900_000], [], []
    assert len(text) == 1_900_000
    for size in (len(text) // 8, len(text)):
        began = time.process_time()
        planned = plan(Article("a", text[:size], "Bay Town harbour"), encoder).passages()
        took.append(time.process_time() - began)
        passages.append(len(planned))
        assert max(len(encoder.pieces(each.joined)) for each in planned[:200]) <= encoder.budget
    assert took[1] < 12 * took[0]
    assert passages[1] < 9 * passages[0]

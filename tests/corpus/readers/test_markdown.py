"""Markdown with front matter to stored text."""

import time

import pytest

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.markdown import parse_markdown, split_front_matter


def words(markdown):
    return parse_markdown(markdown.encode()).words


def test_front_matter_and_body():
    fields, body = split_front_matter('---\ntitle: "A: b"\npublished: 2020-05\n---\n\nBody.\n')
    assert fields == {"title": "A: b", "published": "2020-05"}
    assert body == "\nBody.\n"


@pytest.mark.parametrize("text", ["Body.", "---\nnever closed\nBody.", "--- \ntitle: a\n---\n", "\n---\na: b\n---\n"])
def test_without_front_matter_the_text_is_all_body(text):
    assert split_front_matter(text) == ({}, text)


def test_only_a_line_of_its_own_closes_front_matter():
    fields, body = split_front_matter("---\r\ntitle: |\r\n  a\r\n  ---b\r\n---  \r\nBody\r\n")
    assert fields["title"].strip() == "a\n---b"
    assert body == "Body\n"


def test_empty_front_matter():
    assert split_front_matter("---\n---\nBody") == ({}, "Body")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: " + "[" * 16_000, "deep nesting"),
        ("a: {" * 100, "deep nesting"),
        ("a: b\nc: }", "line 3"),
        ("- a\n- b", "not a list"),
        ("just words", "not a list"),
        ("a: !!python/object/apply:os.system [ls]", "aliases, tags"),
        ("a: !!timestamp abc", "aliases, tags"),
        ("a: !!bool maybe", "aliases, tags"),
        ("a: " + "x" * 20_000, "16 KB"),
        ("a: \x07", "not valid YAML"),
    ],
)
def test_refuses_bombs_and_what_is_not_metadata(head, reason):
    started = time.process_time()
    with pytest.raises(RefusedError, match=reason) as error:
        split_front_matter(f"---\n{head}\n---\nBody")
    assert time.process_time() - started < 2
    assert "\n" not in str(error.value)


def test_aliases_that_multiply_are_refused_at_once():
    bomb = "n0: &n0 [x, x]\n" + "".join(f"n{n + 1}: &n{n + 1} [*n{n}, *n{n}]\n" for n in range(20))
    with pytest.raises(RefusedError, match="aliases"):
        split_front_matter(f"---\n{bomb}---\nBody")


def test_words_without_markup():
    markdown = """# Title

A *bold* claim, a [link](https://example.com "t") and `code`.
It goes on.

- one
- two **2**

3. three

> quoted

| a | b |
|---|---|
| c | d |

![picture](x.png)

<script>alert(1)</script>

<p>raw</p>

    indented
"""
    assert words(markdown).split("\n\n") == [
        "Title",
        "A bold claim, a link and code. It goes on.",
        "- one",
        "- two 2",
        "3. three",
        "quoted",
        "a | b\nc | d",
        "indented",
    ]


def test_entities_and_inline_html():
    assert words("Fish &amp; chips <b>now</b> <img src=x onerror=y>") == "Fish & chips now"


def test_raised_digits_do_not_join_a_number():
    assert words("It took 10<sup>6</sup> trips on 14 m<sup>2</sup>.") == "It took 10⁶ trips on 14 m²."
    assert words("On the 14<sup>th</sup> it closed.<sup>3</sup>") == "On the 14th it closed."


def test_footnotes():
    markdown = (
        "It closed[^1] on *Monday*.[^note] It[^2] rained.\n\n[^1]: For weeks.\n[^note]:\n    In May.\n\n    All day.\n"
    )
    assert words(markdown).split("\n\n") == [
        "It closed on Monday. It[^2] rained.", "[1] For weeks.", "[2] In May.", "All day.",
    ]  # fmt: skip


def test_tables():
    markdown = "One.\n\n| a | *b* |\n|---|--:|\n| c | 1,377 |\n|  | d |\n\nTwo.\n\n- x\n\n  | e |\n  |---|\n  | f |\n"
    assert words(markdown).split("\n\n") == ["One.", "a | b\nc | 1,377\n | d", "Two.", "- x", "e\nf"]


def test_first_heading():
    assert parse_markdown(b"Words.\n\nTwo *words*\n===\n\n# Later").heading == "Two words"
    assert parse_markdown(b"## Second level").heading == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 20_000,
        "*a " * 10_000,
        ">" * 20_000,
        "`a" * 20_000,
        "[a](" * 5_000,
        "[^a]" * 5_000,
        "[^a]: b\n" * 5_000,
        "^[" * 5_000,
        "|a" * 5_000 + "\n" + "|-" * 5_000,
    ],
)
def test_hostile_markdown_takes_no_time(hostile):
    started = time.process_time()
    words(hostile)
    assert time.process_time() - started < 5

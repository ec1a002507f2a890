"""Placed letters to paragraphs: words, columns and paragraphs as a reader sees them."""

from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.readers.pdf.columns import Line, reading_order, runs_together
from footnote.corpus.readers.pdf.glyphs import Box, Glyph
from footnote.corpus.readers.pdf.paragraphs import paragraphs_of, running_heads
from footnote.corpus.readers.pdf.words import Word, words_of

numbers = st.floats(-2_000, 2_000)
widths, sizes = st.floats(0, 300), st.floats(2, 72)
glyphs = st.lists(
    st.builds(lambda x, width, *rest: Glyph(x, x + width, *rest), numbers, widths, numbers, sizes, st.text(max_size=2)),
    max_size=60,
)
words = st.lists(
    st.builds(lambda x, width, *rest: Word(x, x + width, *rest), numbers, widths, numbers, sizes, st.text(min_size=1)),
    max_size=60,
    unique_by=lambda word: word.text,
)


def typed(text, x=50.0, y=700.0, size=10.0):
    """Letters half as wide as they are high, one after the other."""
    return [Glyph(x + n * size / 2, x + (n + 1) * size / 2, y, size, letter) for n, letter in enumerate(text)]


def placed(*texts, x=50.0, top=700.0, step=12.0, size=10.0):
    """The words of lines, one below the other."""
    return [word for n, text in enumerate(texts) for word in words_of(typed(text, x, top - step * n, size))]


def texts(found):
    return [line.text for line in found]


def lines(*texts, x=50.0, top=700.0, step=12.0, block=0):
    return [Line(x, x + 5 * len(text), top - step * n, 10.0, text, block) for n, text in enumerate(texts)]


class TestWords:
    @given(glyphs)
    def test_anything_at_all(self, page):
        found = words_of(page)
        assert sum(len(word.text) for word in found) <= 3 * sum(len(glyph.text) for glyph in page) + 60

    def test_a_space_is_a_space_or_a_gap(self):
        row = [*typed("The pier"), *typed("closed", x=92.5)]
        assert [word.text for word in words_of(row)] == ["The", "pier", "closed"]

    def test_letters_that_are_set_apart_are_one_word_and_numbers_are_not(self):
        apart = [Glyph(50 + 8 * n, 55 + 8 * n, 700, 10, letter) for n, letter in enumerate("HARBOURS")]
        assert [word.text for word in words_of(apart)] == ["HARBOURS"]
        apart = [Glyph(50 + 8 * n, 55 + 8 * n, 700, 10, letter) for n, letter in enumerate("12345678")]
        assert [word.text for word in words_of(apart)] == [*"12345678"]

    def test_what_is_printed_twice_for_boldness_is_read_once(self):
        assert [word.text for word in words_of([*typed("all"), *typed("all", x=50.3)])] == ["all"]

    def test_from_right_to_left(self):
        shown = "1,204 םולש םולש"  # as it stands on the page
        assert texts(reading_order(words_of(typed(shown)))) == ["שלום שלום 1,204"]


class TestRaised:
    def marked(self, before, mark, after="", lift=3.5, size=6.0):
        x = 50 + 5 * len(before)
        row = [*typed(before), *typed(mark, x, 700 + lift, size)]
        return texts(reading_order(words_of([*row, *typed(after, x + size / 2 * len(mark))])))

    def test_an_exponent_is_never_digits_of_its_number(self):
        assert self.marked("It took 10", "6", " journeys.") == ["It took 10⁶ journeys."]
        assert self.marked("It is 10", "−12", " m.") == ["It is 10⁻¹² m."]
        assert self.marked("It is 10", "2.5", " m.") == ["It is 10^2.5 m."]
        assert self.marked("It is 2", "n", ".") == ["It is 2ⁿ."]
        assert self.marked("It is 14 m", "2", ", and more") == ["It is 14 m², and more"]
        assert self.marked("in 2014", "3", " it") == ["in 2014³ it"]

    def test_also_where_it_is_as_large(self):
        assert self.marked("It took 10", "6", " journeys.", size=10.0) == ["It took 10⁶ journeys."]

    def test_a_lowered_digit_stays(self):
        assert self.marked("tonnes of CO", "2", " on it", lift=-2.0) == ["tonnes of CO2 on it"]

    def test_raised_letters_stay(self):
        assert self.marked("on the 14", "th", " of May") == ["on the 14th of May"]

    def test_a_mark_that_leads_to_a_note_is_left_out(self):
        assert self.marked("The pier closed.", "1", " It") == ["The pier closed. It"]
        assert self.marked("the ferries", "12", ", and") == ["the ferries, and"]
        assert self.marked("it “closed”", "1,2", " then") == ["it “closed” then"]
        assert self.marked("the ferries", "*", " and") == ["the ferries and"]

    def test_a_notes_own_number_stands_in_brackets(self):
        note = [*typed("3", 50, 703, 6), *typed("The report is of May.", 54)]
        assert texts(reading_order(words_of(note))) == ["[3] The report is of May."]


class TestDropCaps:
    def page(self, cap, first):
        return [
            *typed(cap, 50, 676, 36),
            *typed(first, 72, 700),
            *typed("on Monday after engineers found cracks", 72, 688),
            *typed("in it, and it opens again in the first week", 72, 676),
            *typed("of June, the port authority of the town said.", 50, 664),
        ]

    def test_it_begins_the_first_of_the_lines_beside_it(self):
        (paragraph,) = paragraphs_of([reading_order(words_of(self.page("T", "he harbour of Bay Town closed")))])
        assert paragraph.startswith("The harbour of Bay Town closed on Monday after")
        assert paragraph.endswith("the first week of June, the port authority of the town said.")

    def test_a_word_of_one_letter(self):
        for cap, first, whole in (
            ("A", "harbour closed on Monday", "A harbour closed"),
            ("A", "fter a storm on Monday it", "After a storm"),
            ("I", "was there on Monday when", "I was there"),
            ("I", "t was on Monday that they", "It was on"),
        ):
            (paragraph,) = paragraphs_of([reading_order(words_of(self.page(cap, first)))])
            assert paragraph.startswith(whole)


class TestReadingOrder:
    LEFT, RIGHT = "left column words here", "right column words here"

    @given(words)
    def test_nothing_is_lost_and_nothing_added(self, page):
        letters = sorted(c for word in page for c in word.text if not c.isspace() and c != "|")
        found = reading_order(page, [Box(0, 0, 500, 500), Box(10, 10, 90, 90)])
        assert sorted(c for line in found for c in line.text if not c.isspace() and c != "|") == letters

    def test_columns_close_together(self):
        page = placed(*[self.LEFT] * 5, x=50) + placed(*[self.RIGHT] * 5, x=168)
        assert texts(reading_order(page)) == [self.LEFT] * 5 + [self.RIGHT] * 5

    def test_columns_whose_lines_are_not_at_one_height(self):
        page = placed(*[self.LEFT] * 5) + placed(*[self.RIGHT] * 6, x=310, top=695, step=10)
        assert texts(reading_order(page)) == [self.LEFT] * 5 + [self.RIGHT] * 6

    def test_a_heading_across_columns_divides_them(self):
        page = placed(*[self.LEFT] * 5) + placed(*["lower " + self.LEFT] * 5, top=600)
        page += placed(*[self.RIGHT] * 5, x=310) + placed(*["lower " + self.RIGHT] * 5, x=310, top=600)
        across = "A heading that runs across both of the columns of this page, from left to right, all of it"
        found = texts(reading_order([*page, *placed(across, top=630)]))
        assert list(dict.fromkeys(found)) == [
            self.LEFT, self.RIGHT, across, "lower " + self.LEFT, "lower " + self.RIGHT,
        ]  # fmt: skip

    def test_a_few_indented_lines_are_no_column(self):
        page = placed(*["a line of body text that is as wide as the page is, or nearly so, at least"] * 20)
        page += placed("— an indented line", "— another of them", x=250, top=300)
        assert len(reading_order(page)) == 22

    def test_the_numbers_of_a_list_are_no_column(self):
        page = placed("1.", "2.", "3.", "4.", x=50) + placed(*["an entry of the list that is long"] * 4, x=80)
        assert texts(reading_order(page))[0] == "1. an entry of the list that is long"

    def test_rows_of_a_table_stay_rows(self):
        page = placed("Month", "January", "February", x=50)
        page += placed("2023", "1,204", "1,188", x=150) + placed("2024", "1,377", "1,402", x=250)
        assert texts(reading_order(page)) == [
            "Month | 2023 | 2024",
            "January | 1,204 | 1,377",
            "February | 1,188 | 1,402",
        ]
        assert paragraphs_of([reading_order(page)]) == [
            "Month | 2023 | 2024\nJanuary | 1,204 | 1,377\nFebruary | 1,188 | 1,402"
        ]

    def test_a_box_comes_after_what_it_stands_in(self):
        page = placed("The pier closed on Monday because", "of the storm that came at once")
        page += placed("Facts of the pier, in", "short: it is a hundred", "years old, and long.", top=660, size=10)
        page += placed("from the north and of the rain", "that fell.", top=600)
        found = paragraphs_of([reading_order(page, [Box(45, 630, 300, 672)])])
        whole = "The pier closed on Monday because of the storm that came at once from the north and of the rain"
        assert found[0] == f"{whole} that fell."
        assert found[1] == "Facts of the pier, in short: it is a hundred years old, and long."

    def test_a_page_that_runs_together_is_told(self):
        over = placed(*["The pier closed on Monday for repairs"] * 6) + placed(
            *["Ferries go to the Old Port"] * 6, x=62
        )
        assert runs_together(over, reading_order(over))
        apart = placed(*[self.LEFT] * 6) + placed(*[self.RIGHT] * 6, x=310)
        assert not runs_together(apart, reading_order(apart))


class TestParagraphs:
    @given(words)
    def test_they_hold_the_words_of_the_lines(self, page):
        ordered = reading_order(page)
        kept = "".join("".join(paragraphs_of([ordered])).split())
        assert len(kept) <= sum(len("".join(line.text.split())) for line in ordered)

    def test_they_end_where_space_indent_or_a_short_line_says_so(self):
        assert paragraphs_of([lines("One two three.", "Four five six") + lines("Seven.", top=650)]) == [
            "One two three. Four five six",
            "Seven.",
        ]
        block = lines(
            "The first line of it is long,", "and the second line is as long", "end.", "A new paragraph is here."
        )
        assert paragraphs_of([block])[1:] == ["A new paragraph is here."]

    def test_a_sentence_goes_on_in_the_next_column(self):
        page = lines("The harbour of Bay Town", "and also the port of") + lines("Old Port closed.", x=310, block=1)
        assert paragraphs_of([page]) == ["The harbour of Bay Town and also the port of Old Port closed."]

    def test_a_sentence_goes_on_beyond_what_interrupts_it(self):
        caption = [Line(310, 410, 712, 8.0, "The pier in a storm", 1)]
        page = (
            lines("The harbour of Bay Town", "and the old part of its")
            + caption
            + lines("pier closed.", x=310, block=1)
        )
        assert paragraphs_of([page]) == [
            "The harbour of Bay Town and the old part of its pier closed.",
            "The pier in a storm",
        ]

    def test_a_heading_does_not_take_what_goes_on_elsewhere(self):
        page = lines("By Mira Olsen") + lines("The harbour of Bay Town and its", "and also the pier of the", top=660)
        page += lines("town closed.", x=310, block=1)
        assert paragraphs_of([page]) == [
            "By Mira Olsen",
            "The harbour of Bay Town and its and also the pier of the town closed.",
        ]

    def test_divided_words(self):
        for first, second, whole in (
            ("the port author-", "ity said", "the port authority said"),
            ("the long-", "term plan", "the long-term plan"),
            ("a well-", "known pier", "a well-known pier"),
            ("in 2023-", "24, it said", "in 2023-24, it said"),
            ("the ex-", "minister", "the ex-minister"),
            ("4.6 mil-", "lion crowns", "4.6 million crowns"),
            ("of North-", "bridge said", "of Northbridge said"),
            ("a cost-", "benefit study", "a cost-benefit study"),
            ("the Anglo-", "Dutch firm", "the Anglo-Dutch firm"),
            ("a 16-year-", "old girl", "a 16-year-old girl"),
            ("his mother-in-", "law said", "his mother-in-law said"),
            ("twenty-", "five boats", "twenty-five boats"),
            ("a so-", "called plan", "a so-called plan"),
            ("the F-", "16 jets", "the F-16 jets"),
            ("wind-", "powered mills", "wind-powered mills"),
            ("com-", "pensation for it", "compensation for it"),
            ("the har-", "bour closed", "the harbour closed"),
            ("Long-", "term plans", "Long-term plans"),
            ("die Hafenbe-", "hörde sagte", "die Hafenbehörde sagte"),
            ("the state\u00ad", "ment said", "the statement said"),
        ):  # fmt: skip
            assert paragraphs_of([lines(first, second)]) == [whole]

    def test_what_the_article_writes_elsewhere_decides(self):
        assert paragraphs_of([lines("the well-", "being of it, and wellbeing,")]) == [
            "the wellbeing of it, and wellbeing,"
        ]


def test_what_recurs_at_the_edges_is_told_and_a_number_in_the_text_is_not():
    pages = [
        [Line(50, 90, 830, 10, f"Bay Post, issue {n}"), Line(50, 60, 400, 10, "17"), Line(290, 300, 20, 10, f"- {n} -")]
        for n in range(1, 3)
    ]
    found = running_heads(pages, [842.0] * 2)
    assert [[line.text for line in page] for page in found] == [
        ["Bay Post, issue 1", "- 1 -"],
        ["Bay Post, issue 2", "- 2 -"],
    ]


def test_what_a_browser_prints_at_the_edges_is_told():
    page = lines("14/01/2025, 18:05\tHarbour closes | Bay Post", top=825) + lines("It closed.")
    page += lines("https://bay.example/harbour\t1/2", top=20)
    assert len(running_heads([page], [842.0])[0]) == 2

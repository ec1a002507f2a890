"""A large library, made quickly: as sound as one that articles were added to."""

from articles import found

from footnote.eval.benchmarks.bulk import fill
from footnote.index.doctor import problems

TEXTS = (
    "The harbour closed on Monday.\n\nShips went to Bay Town, the mayor said.",
    "Bread costs two euros.\n\nBakers blame the drought in the north.",
)


def test_it_grows_to_the_size_asked_for_and_holds_every_invariant(exact):
    for _ in exact.add(found(f"real-{n}", text, title="News") for n, text in enumerate(TEXTS)):
        pass
    assert list(fill(exact, 13))[-1] == 13
    assert exact.size() == 13
    assert problems(exact) == []


def test_growing_further_starts_from_the_real_articles_again(exact):
    for _ in exact.add([found("real", TEXTS[0])]):
        pass
    for size in (4, 11):
        assert list(fill(exact, size))[-1] == size
    made = [chunk for chunk in exact.library.chunks(range(100)) if chunk.article_id != "real"]
    assert {len(chunk.spans) for chunk in made} == {2}
    assert len({chunk.vector.tobytes() for chunk in made}) == len(made)

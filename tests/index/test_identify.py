"""What adding would do, and whose new version a file without a folder is."""

import pytest
from articles import found

from footnote.index.identify import Added, as_new_version, foreseen

HARBOUR = " ".join(f"On day {n} of the fire, ship number {n} was told to wait outside of Esbjerg." for n in range(20))
BREAD = "Bread became dearer in May, as millers paid more for wheat from the Black Sea and for the ships."


@pytest.fixture
def library(exact):
    list(exact.add([found("brief", HARBOUR, title="Harbour closes", source="/news/brief.md")]))
    return exact.library


def test_foreseen(library):
    assert foreseen(library, found("brief", HARBOUR, title="Harbour closes")) == Added("brief", "unchanged")
    assert foreseen(library, found("brief", BREAD)) == Added("brief", "new version")
    assert foreseen(library, found("other", BREAD)) == Added("other", "added")
    assert foreseen(library, found("copy", HARBOUR, named=False)) == Added("brief", "unchanged")
    assert library.versions().keys() == {"brief"}


@pytest.mark.parametrize(
    ("item", "new_version"),
    [
        (found("brief", f"{HARBOUR} It opened on Friday.", named=False, source="upload:1/brief.md"), True),
        (found("brief", BREAD, named=False, title="harbour  closes", source="upload:2/brief.md"), True),
        (found("brief", BREAD, named=False, title="Bread", source="upload:3/brief.md"), False),
        (found("other", f"{HARBOUR} It opened on Friday.", named=False, source="upload:4/other.md"), False),
        (found("brief", BREAD, named=True, title="Bread"), False),
    ],
)
def test_a_file_of_the_same_name_is_a_new_version_where_it_tells_the_same(library, item, new_version):
    made = as_new_version(library, item)
    assert (made.article.id, made.named) == (item.article.id, item.named or new_version)
    assert made.article.text == item.article.text
    if new_version:
        assert foreseen(library, made) == Added("brief", "new version")


def test_another_article_under_the_same_file_name_gets_an_id_of_its_own(library):
    item = as_new_version(library, found("brief", BREAD, named=False, title="Bread", source="upload:3/brief.md"))
    assert foreseen(library, item) == Added("brief-2", "added")

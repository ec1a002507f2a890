"""The library page: what it shows, what it lets whom do, and that nothing that it is sent is trusted."""

import json
import re
import threading
from html import escape
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from articles import found
from browser import ATTACK
from fastapi import FastAPI
from fastapi.testclient import TestClient
from parsed import Parsed

from footnote.corpus.errors import LibraryError, UsageError
from footnote.corpus.result import Refusal
from footnote.page import frame, strings
from footnote.page.chat.conversations import Key
from footnote.page.library import events as library_events
from footnote.page.library.adding import staged
from footnote.page.library.drafts import MAX_ITEMS, Drafts
from footnote.page.library.page import add_library
from footnote.page.server.guard import MAX_SENT, Guard
from footnote.page.server.rate_limits import Limit
from footnote.page.signin.access import USER, Access, User
from footnote.page.web import answer_errors, validated

STORY = " ".join(f"On day {n} of the fire, ship number {n} was told to wait outside of Esbjerg." for n in range(20))
PLAIN = f"Harbour closes\n\nBy Ann Lee\n\nMay 21, 2020\n\n{STORY}"
USERS = (User("ann", "long secret", edits=True), User("bob", "other secret"))
CHANGES = ["/library/change", "/library/stage?kind=text", "/library/waiting", "/library/add"]


class As:
    """Says in a request's scope who sent it, as the gate does that people sign in at."""

    def __init__(self, app, who):
        self.app, self.who = app, who

    async def __call__(self, scope, receive, send):
        scope[USER] = self.who["name"]
        await self.app(scope, receive, send)


class Page:
    """The page in an application behind the guard; ``name`` is who uses it."""

    def __init__(self, index, users=(), per_minute=0):
        web = FastAPI()
        answer_errors(web)
        self.who = {"name": None}
        self.close = add_library(web, SimpleNamespace(index=index), Access(users), Limit(per_minute, "{seconds}", True))
        client = TestClient(Guard(As(web, self.who), bound="127.0.0.1"), base_url="http://127.0.0.1:7860")
        self.client = client
        self.get = client.get

    def begin(self, name=None):
        """Open the page as somebody; what waits is kept under the page's own key."""
        self.who["name"] = name
        self.shown = self.get("/library").text
        self.draft = re.search(r'data-draft="([^"]*)"', self.shown).group(1)
        return self.shown

    def post(self, path, data=None, **asked):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.client.post(f"/library/{path}", params={"draft": self.draft, **asked}, content=body)

    def send(self, text, name="story.txt"):
        body = text if isinstance(text, bytes) else text.encode()
        return self.post("stage", body, kind="file", name=name).text

    def add(self):
        """Add what waits, and return what became of it."""
        shown = self.post("add").text
        for _ in range(600):
            if 'data-state="adding"' not in shown:
                return shown
            threading.Event().wait(0.05)
            shown = self.get("/library/draft", params={"draft": self.draft}).text
        raise AssertionError(shown)

    def change(self, doing, article, **more):
        return self.post("change", {"doing": doing, "article": article, **more}).json()


@pytest.fixture
def page(exact):
    page = Page(exact)
    page.begin()
    yield page
    page.close()


@pytest.fixture
def filled(page, exact):
    oil = found("oil", "Oil fell by 3 percent.", title="Oil falls", publisher="Wire", published="2020-05-04")
    list(exact.add([oil, found("bread", "Bread became dear.", title="Bread", authors=("Ann Lee",), published="2019")]))
    return page


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class TestTable:
    def test_an_empty_library_says_what_to_do(self, page):
        assert strings.LIBRARY_NOTHING_HELP in page.begin()

    def test_search_order_and_filters(self, filled):
        def titles(**asked):
            return re.findall(r'data-article="(\w+)"', filled.get("/library/table", params=asked).text)

        assert titles() == ["oil", "bread"]
        assert titles(order="title ascending") == ["bread", "oil"]
        assert titles(words="lee") == ["bread"]
        assert titles(words="dear") == ["bread"], "a word of its text"
        found_ = filled.get("/library/table", params={"words": "dearr"}).text
        assert "<mark>dear</mark>" in found_
        assert titles(publisher="Wire") == ["oil"]
        assert titles(before="2019-12-31") == ["bread"]
        assert titles(words="nothing like it") == []
        assert strings.LIBRARY_NONE in filled.get("/library/table", params={"words": "nothing like it"}).text

    def test_several_are_tagged_found_by_that_exported_and_withdrawn(self, filled, exact):
        def together(doing, *articles, tag=""):
            return filled.post("together", {"doing": doing, "articles": list(articles), "tag": tag})

        assert together("tag", "oil", "bread", tag="Food & fuel").json()["told"].startswith("2 ")
        together("untag", "oil", tag="Food & fuel")
        listed = filled.get("/library/table", params={"tag": "Food & fuel"}).text
        assert re.findall(r'data-article="(\w+)"', listed) == ["bread"]
        assert "Food &amp; fuel (1)" in filled.get("/library").text
        lines = [json.loads(line) for line in together("export", "oil", "bread").text.splitlines()]
        assert [(line["id"], line["text"]) for line in lines] == [
            ("oil", "Oil fell by 3 percent."), ("bread", "Bread became dear."),
        ]  # fmt: skip
        assert lines[1]["tags"] == ["Food & fuel"]
        assert "source" not in lines[0]
        assert together("withdraw", "oil", "unknown").json()["told"].startswith("1 ")
        assert list(exact.library.versions()) == ["bread"]
        for bad in ({}, {"doing": "burn", "articles": ["oil"]}, {"doing": "tag", "articles": []},
                    {"doing": "tag", "articles": [1]}, {"doing": "tag", "articles": ["bread"], "tag": ""},
                    {"doing": "tag", "articles": ["x"] * 1_001, "tag": "t"}):  # fmt: skip
            assert filled.post("together", bad).status_code == 422, bad

    def test_the_address_of_the_page_holds_what_is_looked_for_and_open(self, filled):
        shown = filled.get("/library", params={"words": "bread", "order": "title ascending", "article": "oil"}).text
        assert re.findall(r'<tr.*?data-article="(\w+)"', shown) == ["bread"]
        assert 'value="bread"' in shown
        assert '<option value="title ascending" selected>' in shown
        assert "Oil fell by 3 percent." in shown

    @pytest.mark.parametrize(
        "asked", [{"order": "size"}, {"page": "x"}, {"page": "-1"}, {"after": "soon"}, {"words": "x" * 201}]
    )
    def test_what_is_not_a_request_is_refused_in_a_line(self, filled, asked):
        answer = filled.get("/library/table", params=asked)
        assert 'role="alert"' in answer.text
        assert filled.get("/library", params=asked).status_code == 200

    def test_ten_thousand_rows_are_given_out_a_page_at_a_time(self, filled, exact, monkeypatch):
        row = filled_rows(exact)[0]
        monkeypatch.setattr("footnote.index.listing.read_rows", lambda _: [row] * 10_000)
        exact.library.withdraw(["bread"])  # something has changed
        shown = filled.get("/library/table", params={"page": "199"}).text
        assert shown.count("<tr") == 51
        assert "9,951 to 10,000 of 10,000 articles" in shown


def filled_rows(index):
    from footnote.index.listing import read_rows

    return read_rows(index.library)


class TestAdding:
    def test_what_will_be_added_is_shown_before_it_is(self, page, exact):
        shown = words(page.send(PLAIN))
        assert "Harbour closes 21 May 2020 · Ann Lee" in shown
        assert "words New" in shown
        assert "Add 1 article" in shown
        assert exact.library.articles() == []
        shown = words(page.add())
        assert "Added" in shown
        assert "1 article is in the library now" in shown
        (article,) = exact.library.articles()
        assert (article.id, article.title) == ("story", "Harbour closes")
        assert article.source.startswith("upload:")

    def test_new_versions_what_is_there_and_what_is_refused(self, page, exact):
        page.send(PLAIN)
        page.add()
        shown = words(page.send(PLAIN, "again.txt"))
        assert "Already there" in shown
        shown = words(page.send(PLAIN.replace("day 3", "night 3")))
        assert "New version of “Harbour closes”" in shown
        shown = words(page.send(b"\x89PNG", "a.png"))
        assert "a.png Refused: it is a picture" in shown
        assert "Add 1 article" in shown
        shown = words(page.add())
        assert "New version of “Harbour closes” added" in shown
        assert len(exact.library.history("story")) == 2
        assert exact.library.versions().keys() == {"story"}

    def test_another_article_in_a_file_of_the_same_name_is_kept_apart(self, page, exact):
        page.send(PLAIN)
        page.send("Bread\n\nBread became dear, as millers paid more for wheat.")
        shown = words(page.add())
        assert "2 articles are in the library now" in shown
        assert sorted(exact.library.versions()) == ["story", "story-2"]

    def test_pasted_text_and_addresses(self, page, exact):
        data = {"text": STORY, "fields": {"title": "A fire", "authors": "Ann Lee\n\nBo", "published": "2020-05"}}
        shown = words(page.post("stage", data, kind="text").text)
        assert "A fire May 2020 · Ann Lee and Bo" in shown
        for address in ("http://127.0.0.1/a", "/etc/passwd", "file:///etc/passwd"):
            assert "Refused" in page.post("stage", {"address": address}, kind="address").text
        page.add()
        assert exact.library.article("a-fire").authors == ("Ann Lee", "Bo")
        assert strings.LIBRARY_PASTED in page.get("/library/article", params={"article": "a-fire"}).text

    def test_a_near_duplicate_is_told(self, page):
        page.send(PLAIN)
        page.add()
        page.send(PLAIN.replace("Harbour closes", "Fire in the harbour") + " More was not known.", "copy.txt")
        assert "shares its text with “Harbour closes”" in words(page.add())

    def test_what_waits_can_be_left_out(self, page, exact):
        page.send(PLAIN)
        page.send("Bread\n\nBread became dear.", "bread.txt")
        shown = page.post("waiting", {"leave": 1}).text
        assert "Harbour closes" not in shown
        shown = page.post("waiting", {"refused": ["large.pdf"]}).text
        assert "large.pdf" in shown
        assert page.post("waiting", {"clear": True}).text == ""
        page.add()
        assert exact.library.articles() == []

    def test_what_a_source_says_wrongly_is_corrected_before_it_is_added(self, page, exact):
        page.send("Untitled scan 3\n\nBread became dear in all of Bay Town on Monday.", "scan.txt")
        fields = {"title": "Bread", "authors": "Ann Lee\nBo Ek", "published": "2019-05", "publisher": "", "url": ""}
        shown = page.post("waiting", {"correct": 1, "fields": fields}).text
        assert "Bread" in words(shown)
        refused = page.post("waiting", {"correct": 1, "fields": {"published": "soon"}})
        assert refused.status_code == 422
        assert page.post("waiting", {"correct": 9, "fields": fields}).status_code == 200
        page.add()
        (article,) = exact.library.articles()
        assert (article.title, article.authors, article.published) == ("Bread", ("Ann Lee", "Bo Ek"), "2019-05")

    def test_it_is_bounded(self, page, exact):
        answer = page.post("stage", b"x" * (MAX_SENT + 1), kind="file", name="a.txt")
        assert answer.status_code == 413
        other = page.client.post("/library/waiting", content=b"x" * 300_000)
        assert other.status_code == 413
        drafts, key = Drafts(most_chars=50), Key("k")
        drafts.put(key, [found("a", "A word."), found("b", "B" * 50), found("c", "C word.")], exact.library)
        assert [(item.name, item.reason) for item in drafts.state(key)[0]] == [("a", ""), ("b", strings.LIBRARY_FULL)]
        drafts.put(key, (Refusal(str(n), "no") for n in range(MAX_ITEMS + 5)), exact.library)
        assert len(drafts.state(key)[0]) == MAX_ITEMS + 1
        drafts.refuse(key, ["more"], "no")
        assert len(drafts.state(key)[0]) == MAX_ITEMS + 1

    def test_an_old_draft_is_forgotten(self, exact):
        now = [0.0]
        drafts, key = Drafts(clock=lambda: now[0]), Key("k", "ann")
        drafts.put(key, [found("a", "A word.")], exact.library)
        now[0] = 3_000.0
        assert drafts.state(key)[0]
        assert not drafts.state(Key("k", "bob"))[0]
        now[0] = 7_000.0
        assert not drafts.state(key)[0]

    def test_what_fails_is_told_and_the_rest_still_waits(self, page, exact, monkeypatch):
        page.send(PLAIN)
        broken = LibraryError("the disk is full")

        def fail(_):
            raise broken
            yield

        monkeypatch.setattr(exact, "add", fail)
        shown = page.add()
        assert "the disk is full" in shown
        assert "Add 1 article" in shown
        monkeypatch.undo()
        page.add()
        assert exact.library.versions().keys() == {"story"}

    def test_a_server_that_stops_says_so(self, page, exact):
        page.send(PLAIN)
        page.close()
        assert strings.LIBRARY_STOPPED in page.add()
        assert exact.library.articles() == []

    def test_how_often(self, exact):
        page = Page(exact, per_minute=1)
        page.begin()
        asked = [page.post("stage", {"address": "ftp://x"}, kind="address").status_code for _ in range(4)]
        assert asked == [200, 200, 200, 429]
        page.close()


class TestOneArticle:
    def shown(self, page, **asked):
        return page.get("/library/article", params={"article": "oil", **asked}).text

    def seen(self, page):
        return re.search(r'data-seen="(\w+)"', self.shown(page)).group(1)

    def test_details_are_edited(self, filled, exact):
        fields = {"title": "Oil rises", "authors": "Bo\nCy", "published": "2020-05-05", "url": "https://example.org/"}
        told = filled.change("edit", "oil", fields=fields, seen=self.seen(filled))
        assert told["told"] == strings.LIBRARY_SAVED
        article = exact.library.article("oil")
        assert (article.title, article.authors, article.published) == ("Oil rises", ("Bo", "Cy"), "2020-05-05")
        assert article.publisher == "Wire"
        assert "Oil rises" in told["pane"]
        assert "Edited here" in told["pane"]

    def test_an_edit_of_what_was_changed_meanwhile_is_refused(self, filled, exact):
        seen = self.seen(filled)
        exact.edit("oil", {"publisher": "Post"})
        told = filled.change("edit", "oil", fields={"title": "Mine"}, seen=seen)
        assert told["error"] == strings.LIBRARY_CHANGED_MEANWHILE
        assert exact.library.article("oil").title == "Oil falls"

    def test_what_is_no_date_is_refused(self, filled):
        told = filled.change("edit", "oil", fields={"published": "soon"}, seen=self.seen(filled))
        assert "soon" in told["error"]

    def test_withdraw_undo_and_restore(self, filled, exact):
        told = filled.change("withdraw", "oil")
        assert (told["undo"], "Oil falls" in told["told"]) == ("oil", True)
        assert strings.LIBRARY_WITHDRAWN_NOTE in told["pane"]
        assert "oil" not in exact.library.versions()
        assert 'data-article="oil"' in filled.get("/library/table", params={"withdrawn": "1"}).text
        assert 'data-article="oil"' not in filled.get("/library/table").text
        told = filled.change("restore", told["undo"])
        assert "oil" in exact.library.versions()
        assert "error" in filled.change("restore", "oil")
        assert filled.change("withdraw", "none")["error"] == strings.GONE

    def test_purging_says_what_it_erased(self, filled, exact):
        list(exact.add([found("oil", "Oil fell by 4 percent.", title="Oil falls")]))
        told = filled.change("purge", "oil")["told"]
        assert "1 article, 2 versions, 1 passage" in told
        with pytest.raises(Exception, match="there is no article"):
            exact.library.history("oil")

    def test_versions_and_what_changed(self, filled, exact):
        first = exact.library.version_of("oil")
        list(exact.add([found("oil", "Oil fell by 4 percent.", title="Oil falls")]))
        shown = self.shown(filled)
        assert "2 versions" in shown
        assert "Oil fell by 3 percent." in self.shown(filled, version=first)
        assert strings.LIBRARY_EARLIER_NOTE in self.shown(filled, version=first)
        changed = self.shown(filled, version=exact.library.version_of("oil"), view="changes")
        assert re.search(r"<del>.*3.*</del>", changed)
        assert re.search(r"<ins>.*4.*</ins>", changed)
        assert strings.GONE in self.shown(filled, version="0" * 64)

    def test_articles_of_one_origin_are_named(self, page, exact):
        list(exact.add([found("oil", STORY, title="First"), found("copy", f"{STORY} More.", title="Second")]))
        shown = self.shown(page)
        assert strings.LIBRARY_ORIGINS in shown
        assert 'data-article="copy"' in shown


class TestWho:
    @pytest.fixture
    def shared(self, exact):
        list(exact.add([found("oil", "Oil fell by 3 percent.", title="Oil falls"), found("gone", "It is gone.")]))
        exact.library.withdraw(["gone"])
        page = Page(exact, USERS)
        yield page
        page.close()

    def test_a_reader_reads_and_is_shown_no_way_to_change(self, shared):
        shown = shared.begin("bob")
        article = shared.get("/library/article", params={"article": "oil"}).text
        assert "Oil falls" in shown
        assert "Oil fell by 3 percent." in article
        for control in ("adding", "withdraw", "purge", "restore", 'data-form="edit"', 'name="withdrawn"', "fn-files"):
            assert control not in shown.replace("data-words", "").split('id="fn-told"')[0]
            assert control not in article
        assert shared.draft == ""
        assert strings.GONE in shared.get("/library/article", params={"article": "gone"}).text
        assert 'data-article="gone"' not in shared.get("/library/table", params={"withdrawn": "1"}).text
        assert 'data-article="gone"' not in shared.get("/library", params={"withdrawn": "1"}).text

    @pytest.mark.parametrize("name", ["bob", None, "nobody"])
    @pytest.mark.parametrize("path", CHANGES)
    def test_the_server_refuses_every_change_of_who_may_not_edit(self, shared, exact, name, path):
        before = exact.library.generation()
        shared.begin("ann")
        draft = shared.draft
        shared.who["name"] = name
        for doing in ("edit", "withdraw", "restore", "purge"):
            data = json.dumps({"doing": doing, "article": "oil", "text": "Words.", "fields": {"title": "Mine"}})
            answer = shared.client.post(path, params={"draft": draft}, content=data)
            assert answer.status_code == 403
        assert shared.get("/library/draft", params={"draft": draft}).status_code == 403
        assert exact.library.generation() == before

    def test_a_reader_exports_what_they_may_read_and_changes_nothing(self, shared, exact):
        shared.begin("bob")
        for doing in ("tag", "untag", "withdraw"):
            answer = shared.post("together", {"doing": doing, "articles": ["oil"], "tag": "t"})
            assert answer.status_code == 403, doing
        assert '"id": "oil"' in shared.post("together", {"doing": "export", "articles": ["oil"]}).text
        assert shared.post("together", {"doing": "export", "articles": ["gone"]}).status_code == 404
        assert "oil" in exact.library.versions()
        shared.who["name"] = None
        assert shared.post("together", {"doing": "export", "articles": ["oil"]}).status_code == 403

    def test_files_of_a_reader_are_refused_unread(self, shared):
        shared.begin("ann")
        shared.who["name"] = "bob"
        read = []

        def body():
            for _ in range(64):
                read.append(1)
                yield b"x" * 1_000

        url = f"/library/stage?kind=file&name=a.txt&draft={shared.draft}"
        assert shared.client.post(url, content=body()).status_code == 403
        shared.who["name"] = "ann"
        assert shared.get("/library/draft", params={"draft": shared.draft}).text == ""

    def test_nobody_sees_what_waits_for_somebody_else(self, exact):
        page = Page(exact, (*USERS, User("eve", "third secret", edits=True)))
        page.begin("ann")
        page.send(PLAIN)
        page.who["name"] = "eve"
        assert page.get("/library/draft", params={"draft": page.draft}).text == ""
        page.who["name"] = "ann"
        assert "Harbour closes" in page.get("/library/draft", params={"draft": page.draft}).text
        page.close()

    def test_who_has_not_signed_in_sees_nothing(self, shared):
        shared.who["name"] = None
        page = shared.client.get("/library", follow_redirects=False)
        assert (page.status_code, page.headers["location"]) == (303, "./")
        for path in ("table", "article?article=oil"):
            assert shared.get(f"/library/{path}").status_code == 403

    def test_other_pages_cannot_change_anything(self, shared, exact):
        shared.begin("ann")
        for path in CHANGES:
            answer = shared.client.post(path, headers={"origin": "https://evil.example"}, content=b"{}")
            assert answer.status_code == 403


class TestHostile:
    def test_titles_names_and_texts_show_as_they_are(self, page, exact):
        rows = found(f"a {ATTACK}"[:190], f"{ATTACK}\n\n{STORY}", title=ATTACK, authors=(ATTACK,), publisher=ATTACK,
                     url="javascript:pwned=1", source=f"upload:1/{ATTACK}")  # fmt: skip
        list(exact.add([rows]))
        list(exact.add([found(rows.article.id, f"{ATTACK} changed", title=f"{ATTACK}!")]))
        article_id = rows.article.id
        version = exact.library.version_of(article_id)
        parts = [
            page.begin(),
            page.get("/library/table", params={"words": ATTACK[:90]}).text,
            page.get("/library", params={"words": ATTACK[:90], "article": ATTACK, "publisher": ATTACK}).text,
            page.get("/library/article", params={"article": article_id}).text,
            page.get("/library/article", params={"article": article_id, "version": version, "view": "changes"}).text,
            page.get("/library/article", params={"article": ATTACK}).text,
            page.send(f"{ATTACK}\n\n{STORY}", ATTACK),
            page.send(b"\x89PNG", f"{ATTACK}.png"),
            page.post("stage", {"address": f"https://evil.example/{ATTACK}"}, kind="address").text,
            page.add(),
            page.change("withdraw", article_id)["pane"],
        ]
        for part in parts:
            parsed = Parsed(part.removeprefix("<!doctype html>"))
            own = {"script"} if part.startswith("<!doctype") else set()
            assert not {tag for tag, _ in parsed.tags} & ({"img", "script", "style", "iframe", "object"} - own)
            assert not [name for _, attributes in parsed.tags for name in attributes if name.startswith("on")]
            assert "javascript:" not in str([attributes.get("href") for _, attributes in parsed.tags])
        assert sum(escape(ATTACK) in part for part in parts) >= 4

    @pytest.mark.parametrize(
        "data",
        [None, [], "x", {"doing": "burn", "article": "oil"}, {"doing": "edit"}, {"doing": ["edit"], "article": "oil"},
         {"doing": "edit", "article": "oil", "fields": {"text": "x"}}, {"doing": "edit", "article": 1},
         {"doing": "edit", "article": "oil", "fields": {"title": ["x"]}},
         {"doing": "edit", "article": "oil", "fields": 1},
         {"doing": "edit", "article": "oil", "fields": {"title": "x" * 3_000}}],
    )  # fmt: skip
    def test_what_is_no_change_is_refused(self, filled, exact, data):
        before = exact.library.generation()
        answer = filled.post("change", data)
        assert (answer.status_code, answer.json()) == (422, {"error": strings.BAD_REQUEST})
        assert exact.library.generation() == before

    def test_bodies_that_are_nothing(self, page):
        for body in (b"{", b"\xff", b"[" * 100_000, b"1" * 100_000):
            assert page.post("change", body).status_code == 422
            assert page.post("stage", body, kind="text").status_code == 422
        assert page.post("stage", b"x", kind="other").status_code == 422
        page.draft = "x"
        assert page.post("add").json() == {"error": strings.LIBRARY_GONE}

    @pytest.mark.parametrize("leave", [-1, True, "1", 1.5, [1]])
    def test_numbers(self, leave):
        with pytest.raises(UsageError):
            validated(library_events.Waiting, {"leave": leave})

    def test_nothing_that_was_sent_is_served(self, page):
        page.send(PLAIN, "secret.txt")
        for path in ("/library/stage", "/library/secret.txt", "/library/../secret.txt", f"/library/{quote('a/b')}"):
            assert page.get(path).status_code in (404, 405)


def test_the_words_of_the_page_are_in_one_place():
    assert library_events.wanted({}) == library_events.Filters()
    assert staged([]) == ""
    script = frame.asset("library.js")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert way not in script
    assert not re.search(r"https?:|//[a-z]+\.|@import", script + frame.asset("library.css"))


def test_every_action_of_the_page_is_in_its_script(filled, exact):
    list(exact.add([found("oil", "Oil fell by 4 percent.", title="Oil falls")]))
    filled.send(PLAIN)
    earlier = exact.library.history("oil")[0].version
    parts = [filled.shown, filled.get("/library/article", params={"article": "oil"}).text,
             filled.get("/library/article", params={"article": "oil", "version": earlier}).text,
             filled.get("/library").text,
             filled.get("/library/draft", params={"draft": filled.draft}).text,
             filled.change("withdraw", "oil")["pane"]]  # fmt: skip
    assert strings.LIBRARY_CURRENT in parts[2]
    actions = {action for part in parts for action in re.findall(r'data-do="(\w+)"', part)}
    script = frame.asset("library.js")
    table = script[script.index("const actions") :]
    assert len(actions) >= 8
    assert all(re.search(rf"^  {action}\b", table, re.MULTILINE) for action in actions)

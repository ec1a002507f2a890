"""Fetching: from where it may, within limits, as robots.txt says; a local server and lying resolvers prove it."""

import contextlib
import gzip
import io
import time
import zlib

import httpcore
import pytest
from addresses import SHUT
from documents import atom, one_column, pdf, rss
from pages import BODY, SAMPLES, TITLE
from webserver import serve

from footnote.corpus.errors import RefusedError
from footnote.corpus.sandbox.process import Sandbox
from footnote.corpus.sources import Refusal, SourcedArticle, read_sources
from footnote.corpus.web.fetch import Fetcher, WebLimits
from footnote.corpus.web.transport import resolve

PAGE = SAMPLES[0].data
QUICK = WebLimits(seconds=6.0, size=100_000, pause=0.0)
IMPATIENT = WebLimits(seconds=1.0, size=100_000, pause=0.0)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as shared:
        yield shared


@pytest.fixture
def site():
    with serve() as running:
        running.page("/a", PAGE)
        yield running


@pytest.fixture
def near(sandbox):
    """A fetcher that may read from this computer."""
    return Fetcher(sandbox, allow_private=True, limits=QUICK)


class Recorder(httpcore.NetworkBackend):
    """Connects to nothing, and remembers to what it should have."""

    def __init__(self):
        self.connected = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.connected.append((host, port))
        raise httpcore.ConnectError("not here")


def refused(fetcher, url):
    with pytest.raises(RefusedError) as caught:
        fetcher.fetch(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestAddresses:
    @pytest.mark.parametrize("address", [address for address in SHUT if "." in address or ":" in address])
    def test_a_forbidden_address_is_never_connected_to(self, sandbox, address):
        recorder = Recorder()
        fetcher = Fetcher(sandbox, limits=QUICK, resolve=lambda *_: ["8.8.8.8", address], inner=recorder)
        assert "not a public address" in refused(fetcher, "http://innocent.example/")
        assert recorder.connected == []

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST.", "127。0。0。1"]
    )
    def test_this_computer_by_any_name(self, sandbox, site, host):
        recorder = Recorder()
        fetcher = Fetcher(sandbox, limits=QUICK, inner=recorder)
        assert "not a public address" in refused(fetcher, f"http://{host}:8080/a")
        assert "port" in refused(fetcher, site.url("/a"))
        assert (recorder.connected, site.asked) == ([], [])

    def test_a_name_that_changes_its_address_is_asked_for_once_a_connection(self, sandbox):
        answers = iter([["93.184.216.34"], ["127.0.0.1"]])
        recorder = Recorder()
        fetcher = Fetcher(sandbox, limits=QUICK, resolve=lambda *_: next(answers), inner=recorder)
        refused(fetcher, "http://rebinds.example/")
        assert recorder.connected == [("93.184.216.34", 80)], "to the address that was checked"
        assert "not a public address" in refused(fetcher, "http://rebinds.example/")
        assert len(recorder.connected) == 1

    def test_a_redirect_to_a_forbidden_address(self, sandbox, site, monkeypatch):
        """The site stands at what counts as public here; what it redirects to does not, and is a server that counts."""
        monkeypatch.setattr("footnote.corpus.web.transport.is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr("footnote.corpus.web.address.PORTS", range(65_536))
        with serve("127.0.0.2") as inner:
            inner.page("/secret", PAGE)
            fetcher = Fetcher(sandbox, limits=QUICK)
            for n, target in enumerate([inner.url("/secret", "127.0.0.2"), f"//127.0.0.2:{inner.port}/secret"]):
                site.redirect(f"/{n}", target)
                assert "127.0.0.2 is not a public address" in refused(fetcher, site.url(f"/{n}"))
            for n, target in enumerate(
                ["file:///etc/passwd", "gopher://127.0.0.2/", "http://a:b@127.0.0.1/", "http://[::1"]
            ):
                site.redirect(f"/bad{n}", target)
                assert "redirects to" in refused(fetcher, site.url(f"/bad{n}"))
            assert inner.asked == []

    def test_a_redirect_whose_name_rebinds(self, sandbox, site, monkeypatch):
        monkeypatch.setattr("footnote.corpus.web.transport.is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr("footnote.corpus.web.address.PORTS", range(65_536))
        with serve("127.0.0.2") as inner:
            site.redirect("/r", inner.url("/secret", "rebinds.example"))
            fetcher = Fetcher(sandbox, limits=QUICK, resolve=lambda *_: ["127.0.0.2"])
            assert "not a public address" in refused(fetcher, site.url("/r"))
            assert inner.asked == []

    def test_host_and_tls_name_are_the_names_and_the_connection_goes_to_the_address(self, sandbox):
        named = []

        class Stream(httpcore.MockStream):
            def start_tls(self, ssl_context, server_hostname=None, timeout=None):
                named.append(server_hostname)
                return self

            def write(self, buffer, timeout=None):
                named.append(buffer)

        class Backend(Recorder):
            def connect_tcp(self, host, port, *_):
                self.connected.append((host, port))
                return Stream([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])

        backend = Backend()
        fetcher = Fetcher(sandbox, limits=QUICK, resolve=lambda *_: ["93.184.216.34"], inner=backend)
        assert "404" in refused(fetcher, "https://bay.example/a")
        assert set(backend.connected) == {("93.184.216.34", 443)}
        assert named[0] == "bay.example"
        assert b"Host: bay.example\r\n" in named[1]

    def test_a_name_without_an_address(self, sandbox):
        def nowhere(*_):
            raise OSError("no such name")

        assert "cannot be found" in refused(Fetcher(sandbox, limits=QUICK, resolve=nowhere), "http://nowhere.example/")

    def test_a_resolver_that_hangs(self, sandbox):
        started = time.monotonic()
        fetcher = Fetcher(sandbox, limits=IMPATIENT, resolve=lambda *_: time.sleep(5) or ["8.8.8.8"])
        assert "within 1 seconds" in refused(fetcher, "http://slow.example/")
        assert time.monotonic() - started < 4

    def test_the_system_resolver(self):
        assert "127.0.0.1" in resolve("localhost", 80) or "::1" in resolve("localhost", 80)


class TestPages:
    def test_a_page_and_what_is_said_of_it(self, site, near):
        page = near.fetch(site.url("/a"))
        assert (page.data, page.content_type, page.charset) == (PAGE, "text/html", "utf-8")
        assert page.url == site.url("/a")
        agent = site.headers[-1]["User-Agent"]
        assert agent.startswith("Footnote/0.")
        assert site.headers[-1]["Host"] == f"127.0.0.1:{site.port}"

    def test_redirects_up_to_five(self, site, near):
        for n in range(7):
            site.redirect(f"/r{n}", f"/r{n + 1}")
        site.redirect("/r3", "/a", status=308)
        assert near.fetch(site.url("/r0")).url == site.url("/a")
        site.redirect("/r3", "/r4")
        site.redirect("/loop", "/loop")
        assert "redirects more than 5 times" in refused(near, site.url("/r0"))
        assert "redirects more than 5 times" in refused(near, site.url("/loop"))
        assert site.asked.count("/loop") == 6
        site.page("/nowhere", b"", status=302)
        assert "redirects to nowhere" in refused(near, site.url("/nowhere"))

    @pytest.mark.parametrize("status", [204, 401, 404, 410, 429, 500, 503])
    def test_other_answers(self, site, near, status):
        advice = "later" if status >= 429 else "browser"
        site.page("/x", b"", status=status)
        assert str(status) in refused(near, site.url("/x"))
        assert advice in refused(near, site.url("/x"))

    @pytest.mark.parametrize("content_type", ["image/png", "application/zip", "video/mp4", "text/css", "a" * 500])
    def test_other_types_are_not_even_read(self, site, near, content_type):
        site.page("/x", b"words", content_type)
        assert "not a page" in refused(near, site.url("/x"))

    def test_packed_pages(self, site, near):
        site.page("/gz", gzip.compress(PAGE), Content_Encoding="gzip")
        site.page("/two", gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]), Content_Encoding="gzip")
        assert near.fetch(site.url("/gz")).data == near.fetch(site.url("/two")).data == PAGE
        site.page("/cut", gzip.compress(PAGE)[:-20], Content_Encoding="gzip")
        site.page("/bad", b"words", Content_Encoding="gzip")
        site.page("/br", b"words", Content_Encoding="br")
        assert "damaged" in refused(near, site.url("/cut"))
        assert "damaged" in refused(near, site.url("/bad"))
        assert "packed as 'br'" in refused(near, site.url("/br"))


class TestLimits:
    def test_a_page_that_is_too_large(self, site, near):
        site.page("/big", b"a" * 100_001)
        assert "over 0.1 MB" in refused(near, site.url("/big"))

    def test_a_bomb(self, site, near):
        packer = zlib.compressobj(9, wbits=31)
        bomb = packer.compress(b"\0" * 64_000_000) + packer.flush()
        assert len(bomb) < 70_000
        site.page("/bomb", bomb, Content_Encoding="gzip")
        started = time.monotonic()
        assert "over 0.1 MB" in refused(near, site.url("/bomb"))
        assert time.monotonic() - started < 5

    @pytest.mark.parametrize("part", ["headers", "body", "silence", "endless headers"])
    def test_a_server_that_takes_its_time(self, site, sandbox, part):
        def drip(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
            if part == "body":
                handler.wfile.write(b"\r\n")
            for _ in range(200):
                if site.stopped.wait(0.02 if part == "endless headers" else 0.1):
                    return
                handler.wfile.write(
                    {"headers": b"X", "body": b"a", "silence": b""}.get(part, b"X: " + b"y" * 990 + b"\r\n")
                )
                handler.wfile.flush()

        site.answers["/drip"] = drip
        started = time.monotonic()
        refused(Fetcher(sandbox, allow_private=True, limits=IMPATIENT), site.url("/drip"))
        assert time.monotonic() - started < 5

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"\0" * 100,
            b"HTTP/9.9 x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ],
    )
    def test_what_is_not_http(self, site, near, answer):
        site.answers["/x"] = lambda handler: handler.wfile.write(answer)
        assert "no proper answer" in refused(near, site.url("/x"))

    def test_nobody_there(self, near, site):
        assert "cannot be reached" in refused(near, "http://127.0.0.1:9/")


class TestRobots:
    def test_what_a_site_asks_for_is_done(self, site, near):
        site.page("/robots.txt", b"User-agent: *\nDisallow: /private\nAllow: /private/open\n", "text/plain")
        site.page("/private", PAGE)
        site.page("/private/open", PAGE)
        assert near.fetch(site.url("/a")).data == PAGE
        assert near.fetch(site.url("/private/open")).data == PAGE
        assert "robots.txt" in refused(near, site.url("/private"))
        assert "/private" not in site.asked
        assert site.asked.count("/robots.txt") == 1

    def test_by_our_name(self, site, near):
        site.page("/robots.txt", b"User-agent: footnote\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "text/plain")
        assert "robots.txt" in refused(near, site.url("/a"))

    def test_after_a_redirect_too(self, site, near):
        site.page("/robots.txt", b"User-agent: *\nDisallow: /private\n", "text/plain")
        site.redirect("/go", "/private")
        assert "robots.txt" in refused(near, site.url("/go"))

    @pytest.mark.parametrize(("status", "read"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
    def test_a_file_that_is_not_there_allows_and_one_that_fails_does_not(self, site, near, status, read):
        site.page("/robots.txt", b"", status=status)
        if read:
            assert near.fetch(site.url("/a")).data == PAGE
        else:
            assert "robots.txt fails" in refused(near, site.url("/a"))

    @pytest.mark.parametrize("rules", [b"\0\xff" * 500, b"Disallow: /" + b"*a" * 200, b"User-agent: *\n" * 20_000])
    def test_rules_that_mean_harm(self, site, near, rules):
        site.page("/robots.txt", b"User-agent: *\n" + rules, "text/plain")
        site.page("/" + "a" * 1_000, PAGE)
        started = time.monotonic()
        with contextlib.suppress(RefusedError):
            near.fetch(site.url("/" + "a" * 1_000))
        assert time.monotonic() - started < 20

    def test_a_host_rests_between_two_pages(self, site, sandbox):
        slept = []
        site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 7\n", "text/plain")
        fetcher = Fetcher(sandbox, True, WebLimits(seconds=2, pause=1.0), sleep=slept.append)
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/a"))
        assert len(slept) == 1
        assert 6 < slept[0] <= 7


def read(sandbox, *urls):
    return list(read_sources(urls, io.BytesIO(), fetcher=lambda own: Fetcher(own, True, QUICK)))


class TestSources:
    def test_a_page_is_an_article(self, site, sandbox):
        (item,) = read(sandbox, site.url("/a?x=1"))
        assert isinstance(item, Refusal)
        (item,) = read(sandbox, site.url("/a#top"))
        article = item.article
        assert (article.title, article.published, article.authors) == (TITLE, "2020-05-21", ("Mira Olsen", "Ben Ray"))
        assert BODY[2] in article.text
        assert (article.id, item.named) == (f"127-0-0-1-{site.port}-a", False)
        assert article.source == item.provenance.source == site.url("/a")
        assert item.provenance.reader == "html"
        assert len(item.provenance.bytes_sha256) == 64

    def test_a_page_cannot_claim_an_address_on_another_site(self, site, sandbox):
        assert b"https://bay.example/h" in PAGE
        (item,) = read(sandbox, site.url("/a"))
        assert item.article.url == site.url("/a")
        site.page("/c", PAGE.replace(b"https://bay.example/h", site.url("/canonical").encode()))
        assert read(sandbox, site.url("/c"))[0].article.url == site.url("/canonical")

    def test_other_kinds(self, site, sandbox):
        site.page("/d.pdf", pdf(one_column), "application/pdf")
        site.page("/d", pdf(one_column), "application/octet-stream")
        site.page("/t.txt", "Harbour\n\nL’été. It closed.".encode("cp1252"), "text/plain; charset=windows-1252")
        site.page("/m.md", b"---\nid: taken\nurl: https://bay.example/\ntitle: T\n---\nIt closed.", "text/plain")
        site.page("/l.jsonl", b'{"id": "1", "text": "a"}\n{"id": "2", "text": "b"}', "application/x-ndjson")
        found = read(sandbox, *map(site.url, ["/d.pdf", "/d", "/t.txt", "/m.md", "/l.jsonl"]))
        assert all(isinstance(item, SourcedArticle) for item in found), found
        assert [item.provenance.reader for item in found] == ["pdf", "pdf", "text", "markdown", "jsonl", "jsonl"]
        assert "L’été" in found[2].article.text
        assert (found[3].named, found[3].article.url) == (False, site.url("/m.md")), "ids are not taken from the web"

    @pytest.mark.parametrize("make", [rss, atom])
    def test_a_feed_gives_its_articles_and_a_line_for_each_that_fails(self, site, sandbox, make):
        site.page("/b", f"<html><body><article>{''.join(f'<p>{p}</p>' for p in BODY)}</article>".encode())
        site.page("/feed", make([site.url("/a"), site.url("/gone"), site.url("/b"), site.url("/feed")]), "text/xml")
        first, gone, second, again = read(sandbox, site.url("/feed"))
        assert first.article.title == TITLE
        assert (gone.source, "404" in gone.reason) == (site.url("/gone"), True)
        article = second.article
        assert (article.title[:7], article.authors, article.published) == ("Story 2", ("Mira Olsen",), "2020-05-22")
        assert "no single article" in again.reason

    def test_a_feed_that_holds_its_articles(self, site, sandbox):
        """What a site's own feed holds is taken; what it says of another site's article is not."""
        content = "".join(f"<p>{p}</p>" for p in BODY)
        own, other = site.url("/held"), "ftp://other.example/a"
        entries = "".join(
            f"<entry><title>T</title><link href='{link}'/><content type='html'><![CDATA[{content}]]></content></entry>"
            for link in (own, other)
        )
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Bay Post</title>{entries}</feed>'.encode()
        site.page("/feed", feed, "application/atom+xml")
        held, refused = read(sandbox, site.url("/feed"))
        assert (held.article.text, held.article.url) == ("\n\n".join(BODY), own)
        assert isinstance(refused, Refusal)

    def test_a_feed_file(self, site, sandbox, tmp_path):
        (tmp_path / "feed.xml").write_bytes(
            rss([site.url("/a"), "relative", "file:///etc/passwd", "http://127.0.0.1:9/"])
        )
        items = read(sandbox, str(tmp_path / "feed.xml"))
        assert [type(item) for item in items] == [SourcedArticle, Refusal, Refusal, Refusal]
        assert "only http" in items[2].reason
        (offline,) = read_sources([str(tmp_path)])
        assert "no article in this folder" in offline.reason

"""The library on a real PostgreSQL server: shared, killed, away, and moved there and back."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest
from articles import found, write_jsonl
from chroma_server import killed
from kills import ToyEncoder
from postgresql_server import is_missing, running

import footnote.corpus
from footnote.cli.main import main
from footnote.corpus.errors import LibraryError, NewerLibraryError, UsageError
from footnote.corpus.settings import Settings
from footnote.index.database.backup import backup, copy_to_server
from footnote.index.database.conversations import ConversationStore, KeptTurn
from footnote.index.database.postgresql import PostgreSQLServer
from footnote.index.database.schema import SCHEMA_VERSION, create
from footnote.index.database.tags import tag_articles
from footnote.index.database.watches import Watches
from footnote.index.doctor import problems
from footnote.index.library import Library
from footnote.index.passages import PassageIndex

TOY = ToyEncoder("toy", 16)
ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(bool(is_missing()), reason=is_missing())


@pytest.fixture
def address(postgresql):
    return postgresql.new("library")


@pytest.fixture
def open_shared(tmp_path, address):
    """Open the one library as another app process would, without Chroma."""
    opened = []

    def open_(notify=lambda line: None):
        settings = Settings(tmp_path / "home", library=address)
        opened.append(PassageIndex(settings, TOY, notify, chroma=False))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


def sentences(word, number=8):
    return " ".join(f"The {word} number {n} was seen on day {n * 3}." for n in range(number))


def fill(index):
    """Leave something in every table."""
    list(index.add([found(word, sentences(word), title=word.title()) for word in ("oil", "bread", "Ärger", "copy")]))
    list(index.add([found("oil", sentences("oil", 12), url="https://e.org/" + "x" * 5_000), found("two", "Two.")]))
    list(index.add([found("again", sentences("bread") + " And more.")]))
    index.library.withdraw(["copy"])
    index.purge(["two"])
    index.library.add_feedback("helpful", {"citations": [{"n": 1, "article_id": "oil"}]}, 1, "It is.")
    ConversationStore(index.library).put("c", "ann", KeptTurn(0, "What?", "{}", "link"), "What?")
    watches = Watches(index.library)
    watches.add("ann", "What now?", "")
    watches.asked(watches.due(99)[0], "{}", 3, news="{}")
    tag_articles(index.library, ["oil"], "energy")


def test_one_process_sees_what_another_changes_and_both_number_as_one(open_shared):
    one, two = open_shared(), open_shared()
    list(one.add([found("a", "Oil fell.")]))
    list(two.add([found("b", "Bread rose.")]))
    assert one.library.versions() == two.library.versions()
    assert one.library.chunk_keys() == [(1, "a"), (2, "b")]
    one.library.withdraw(["a"])
    assert two.library.match_words('"oil"', 5) == []
    two.restore(["a"])
    assert one.library.chunk_keys() == [(2, "b"), (3, "a")]
    assert problems(one) == problems(two) == []


@pytest.mark.slow
def test_who_waits_for_another_writer_is_told_so_after_a_second(open_shared):
    lines = []
    one, two = open_shared(), open_shared(lines.append)
    begun = threading.Event()

    def write():
        with one.library.change():
            begun.set()
            time.sleep(1.6)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    assert two.library.versions() == {}, "readers never wait"
    two.library.add_feedback("helpful", {})
    writer.join()
    assert lines == ["another process is writing to this library; waiting for it to finish"]


def test_waiting_ends(open_shared, monkeypatch):
    monkeypatch.setattr("footnote.index.database.connection._BUSY_SECONDS", 1.2)
    one, two = open_shared(), open_shared()
    with one.library.change():
        failed = []

        def write():
            with pytest.raises(LibraryError, match="try again in a moment"):
                two.library.add_feedback("helpful", {})
            failed.append(True)

        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
    assert failed


def rows(library):
    """Everything that a library holds, by table, with the numbers of rows."""
    tables = {"versions": "rowid, *", "articles": "rowid, *"} if not library.engine.where.startswith("post") else {}
    names = "meta versions articles chunks shelf signatures bands feedback conversations turns watches news tags"
    with library.reading() as connection:
        held = {}
        for table in names.split():
            answer = connection.execute(f"SELECT {tables.get(table, '*')} FROM {table}")
            columns = [column[0] for column in answer.description]
            order = sorted(columns)
            listed = [tuple(row[columns.index(name)] for name in order) for row in answer.fetchall()]
            held[table] = (order, sorted(listed, key=repr))
        counted = {table: connection.counted_to(table) for table in ("chunks", "shelf", "feedback", "news")}
    return held, counted


def test_a_library_that_is_moved_there_and_back_is_the_same_id_by_id(not_owner, tmp_path, address):
    index = PassageIndex(Settings(not_owner), TOY)
    fill(index)
    before = rows(index.library)
    assert all(listed for _, listed in before[0].values()), "something of everything is in it"
    seen = []
    assert copy_to_server(index.library, address, lambda done, total: seen.append((done, total))) == address.replace(
        "footnote@", ""
    )
    assert seen[-1][0] == seen[-1][1] > 0
    index.close()
    there = PassageIndex(Settings(tmp_path / "there", library=address), TOY, chroma=False)
    assert rows(there.library) == before
    assert problems(there) == []
    backup(there.library, tmp_path / "back")
    back = PassageIndex(Settings(tmp_path / "back"), TOY)
    assert rows(back.library) == before
    assert problems(back) == []
    for each in (there, back):  # and it goes on alike
        list(each.add([found("new", sentences("new"))]))
        each.restore(["copy"])
    assert there.library.chunk_keys() == back.library.chunk_keys()
    assert there.library.digest() == back.library.digest()
    there.close()
    back.close()


def test_a_library_is_not_copied_over_another(not_owner, open_shared, address):
    list(open_shared().add([found("a", "Oil fell.")]))
    with closing(Library(not_owner)) as library, pytest.raises(UsageError, match="holds a library already"):
        copy_to_server(library, address)


def test_the_same_words_are_found_in_the_same_order_as_in_sqlite(not_owner, open_shared):
    chance = random.Random(2)
    words = [f"w{chr(97 + n % 26)}{'aeiou'[n % 5]}{n}" for n in range(60)]
    items = []
    for n in range(80):
        text = " ".join(chance.choice(words[: chance.randrange(5, 60)]) for _ in range(chance.randrange(8, 36)))
        items.append(found(f"a{n}", text + ".", title=" ".join(chance.sample(words, 2))))
    here, there = PassageIndex(Settings(not_owner), TOY), open_shared()
    for index in (here, there):
        list(index.add(items))
    assert set(here.library.terms()) == set(there.library.terms())
    assert here.library.document_frequencies(words) == there.library.document_frequencies(words)
    for _ in range(50):
        query = " OR ".join(f'"{word}"' for word in chance.sample(words, 3))
        one, two = (dict(index.library.match_words(query, 1_000)) for index in (here, there))
        assert one.keys() == two.keys()
        assert here.library.count_matches(query, 30) == there.library.count_matches(query, 30)
        assert np.allclose([one[n] for n in one], [two[n] for n in one], rtol=1e-4)
    here.close()


@pytest.mark.parametrize(
    "words",
    ["Café", "CAFE", "zürich", "u.n", "1,500", "covid-19", "won't", "March 25", "running", "snake_case", "ПРАВДА",
     "the", "日本語"],
)  # fmt: skip
def test_words_are_split_and_stemmed_as_in_sqlite(not_owner, open_shared, words):
    text = (
        "The cafe in Zurich ran. The U.N. said 1,500 had Covid-19. He won’t run, on March 25: snake_case. Правда,"
        " 日本語, and soft\u00adware."
    )
    counts = []
    for index in (PassageIndex(Settings(not_owner), TOY), open_shared()):
        list(index.add([found("a", text)]))
        counts.append((index.library.count_matches(f'"{words}"', 5), sorted(index.library.terms())))
        index.library.close()
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ['"unclosed', "bare", '"a" AND "b"', "'; DROP TABLE words; --"])
def test_any_query_is_safe(open_shared, query):
    library = open_shared().library
    with pytest.raises(LibraryError, match="phrases in quotes"):
        library.match_words(query, 5)
    assert library.match_words('"%s" OR "?"', 5) == []


def test_who_waited_while_another_made_the_library_finds_it_made(address):
    server = PostgreSQLServer(address)
    with closing(server.connect(30)) as writer, closing(server.connect(30)) as one, closing(server.connect(30)) as two:
        assert one.schema_version() == two.schema_version() == 0
        writer.begin(30)
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        with ThreadPoolExecutor(2) as threads:
            making = [threads.submit(create, each, 30) for each in (one, two)]
            while writer.execute(waiting).fetchone() != (2,):
                time.sleep(0.01)
            writer.execute("ROLLBACK")
            for each in making:
                each.result()
        assert one.schema_version() == two.schema_version() == SCHEMA_VERSION


def test_a_newer_schema_is_refused_and_left_alone(open_shared, address):
    open_shared()
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE footnote.schema_version SET version = 99")
    with pytest.raises(NewerLibraryError, match=r"newer Footnote.*update"):
        open_shared()


def test_tables_of_others_are_left_alone(open_shared, address):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE public.articles (theirs INTEGER)")
    list(open_shared().add([found("a", "Oil fell.")]))
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM public.articles").fetchone() == (0,)


def test_a_database_in_another_encoding_is_refused(postgresql, tmp_path):
    with psycopg.connect(postgresql.address(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS latin")
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(LibraryError, match="LATIN1; make one in UTF8"):
        Library(tmp_path, postgresql.address("latin"))


@pytest.mark.parametrize("command", [["list"], ["add", __file__], ["doctor"], ["show", "a"]])
def test_a_server_that_is_away_is_one_clear_line(tmp_path, capsys, command):
    there = "postgresql://ann:secret@127.0.0.1:1/news"
    assert main(["--home", str(tmp_path / "home"), "--library", there, *command]) == 1
    out, errors = capsys.readouterr()
    assert errors.startswith("footnote: the library at postgresql://127.0.0.1:1/news cannot be reached (")
    assert len(errors.splitlines()) == 1
    assert "secret" not in out + errors


@pytest.mark.parametrize("where", ["mysql://ann:secret@host/news", "postgresql://a b:secret@host", "secret"])
def test_an_address_that_is_none_is_not_shown(tmp_path, where):
    with pytest.raises(UsageError, match="as in postgresql") as error:
        Settings.from_environment({}, home=tmp_path, library=where)
    assert "secret" not in str(error.value)


def test_an_address_that_only_the_driver_refuses_is_not_shown(tmp_path):
    with pytest.raises(UsageError, match="as postgresql") as error:
        Library(tmp_path, "postgresql://ann:secret@host/news?wrong=secret")
    assert "secret" not in str(error.value)


def test_a_password_is_shown_nowhere(tmp_path, capsys):
    folder = tmp_path / "server"
    folder.mkdir()
    for parent in folder.parents[:3]:
        parent.chmod(0o755)
    with running(password="right-secret") as server:
        settings = Settings.from_environment({"FOOTNOTE_LIBRARY": server.address()}, home=tmp_path)
        assert "secret" not in repr(settings)
        with closing(Library(tmp_path, settings.library)) as library:
            assert "secret" not in library.where
        wrong = server.address().replace("right", "wrong")
        assert main(["--home", str(tmp_path), "--library", wrong, "list"]) == 1
    errors = capsys.readouterr().err
    assert "password authentication failed" in errors
    assert "secret" not in errors


def test_without_the_driver_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "footnote.index.database.postgresql", None)
    with pytest.raises(LibraryError, match=r"pip install 'footnote\[postgresql\]'"):
        Library(tmp_path, "postgresql://host/news")


def test_a_library_that_is_not_there_is_not_made_when_told_so(address, tmp_path, capsys):
    with pytest.raises(LibraryError, match="footnote add"):
        Library(tmp_path, address, create=False)
    assert main(["--home", str(tmp_path), "--library", address, "list"]) == 0
    assert "is empty" in capsys.readouterr().err
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT to_regclass('footnote.articles')").fetchone() == (None,)


def test_a_command_works_on_it(address, tmp_path, loaded_once, capsys):
    def run(*arguments):
        assert main(["--home", str(tmp_path / "home"), "--library", address, *arguments]) == 0
        return capsys.readouterr().out

    file = write_jsonl(tmp_path / "a.jsonl", [{"id": "oil", "text": "Oil fell by two percent.", "title": "Oil"}])
    assert run("add", str(file)) == "oil\tadded\n"
    assert run("add", str(file)) == "oil\tunchanged\n"
    assert [row["id"] for row in json.loads(run("list", "--json"))] == ["oil"]
    assert "two percent" in run("show", "oil")
    assert run("edit", "oil", "--title", "Oil falls") == "oil\tedited\n"
    assert run("remove", "oil") == "oil\tremoved\n"
    assert run("restore", "oil") == "oil\trestored\n"
    assert run("reindex", "--force").startswith("1 articles are indexed")
    assert run("doctor").startswith("all is well: postgresql://127.0.0.1")
    assert run("backup", str(tmp_path / "copy")) == f"{tmp_path / 'copy' / 'library.sqlite'}\n"
    assert run("purge", "oil") == "oil\tpurged\n"
    assert run("doctor").startswith("all is well")
    assert not (tmp_path / "home" / "library.sqlite").exists()


def test_what_is_purged_is_in_no_file_of_a_table(postgresql, open_shared):
    index = open_shared()
    list(index.add([found("keep", sentences("harbour")), found("gone", sentences("Zyxquorv"), title="Zyxquorv")]))
    assert any(b"yxquorv" in data for data in files(postgresql))
    index.purge(["gone"])
    assert problems(index) == []
    assert not any(b"yxquorv" in data for data in files(postgresql))


def files(server):
    """What is in the files of the tables by now; what the server's own log of writes holds is not."""
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    for path in (server.folder / "base").rglob("*"):
        try:
            yield path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # the server removes old ones when it likes
            continue


@pytest.mark.slow
def test_who_has_it_open_goes_on_once_the_server_is_back(tmp_path):
    with running(sync=False) as server:
        index = PassageIndex(Settings(tmp_path, library=server.address()), TOY, chroma=False)
        list(index.add([found("a", "Oil fell.")]))
        server.kill()
        with pytest.raises(LibraryError, match="cannot be reached"):
            index.library.versions()
        with pytest.raises(LibraryError, match="cannot be reached"):
            list(index.add([found("b", "Gas rose.")]))
        server.start()
        assert list(index.library.versions()) == ["a"]
        server.kill()
        server.start()
        list(index.add([found("b", "Gas rose.")]))
        server.kill()
        server.start()
        with index.library.reading():
            assert sorted(index.library.versions()) == ["a", "b"]
        index.close()


@pytest.mark.slow
def test_a_server_that_is_killed_ten_times_while_articles_are_added_loses_nothing_and_holds_nothing_twice(tmp_path):
    added, failed = [], 0
    with running() as server:
        index = PassageIndex(Settings(tmp_path, library=server.address()), TOY)
        with killed(server, times=10, seed=3) as done:
            while not done.is_set() or len(added) < 50:
                name = f"a{len(added)}"
                try:
                    [outcome] = index.add([found(name, sentences(name))])
                except LibraryError:
                    failed += 1
                    time.sleep(0.02)
                    continue
                assert outcome.id == name
                added.append(name)
        assert failed >= 10
        library = index.library
        assert sorted(library.versions()) == sorted(added), "nothing lost"
        chunks = Counter(owner for _, owner in library.chunk_keys())
        per_article = {name: chunks[name] for name in added}
        assert set(per_article.values()) == {next(iter(per_article.values()))}, "nothing twice"
        assert library.read("SELECT count(*) FROM versions") == [(len(added),)]
        index.derived.sync()
        assert problems(index) == []
        index.close()
        again = PassageIndex(Settings(tmp_path, library=server.address()), TOY)
        assert problems(again) == []
        again.close()


@pytest.mark.slow
@pytest.mark.model
def test_two_processes_add_at_once_and_answer_alike(address, tmp_path):
    def start(home, *arguments):
        call = [sys.executable, "-m", "footnote.cli.main", "--home", tmp_path / home, "--library", address, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*map(str, call)], text=True, cwd=ROOT, **pipes)

    def finish(process):
        out, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        return out

    shipped = sorted((Path(footnote.corpus.__file__).parent / "articles").glob("*.md"))
    adding = [start(home, "add", *part) for home, part in (("one", shipped[::2]), ("two", shipped[1::2]))]
    assert len([line for process in adding for line in finish(process).splitlines()]) == len(shipped)
    asked = ["Who is Brian Hook?", "What did Iran say about the talks?", "Who won the chess match on Mars?"]
    batch = write_jsonl(tmp_path / "asked.jsonl", [{"id": str(n), "question": each} for n, each in enumerate(asked)])
    asking = [start(home, "ask", "--batch", batch) for home in ("one", "two")]
    answers = [[json.loads(line) for line in finish(process).splitlines()] for process in asking]
    for one, two in zip(*answers, strict=True):
        for record in (one, two):
            del record["timings_ms"]
        assert one == two
    assert {record["status"] for record in answers[0]} == {"answered", "abstained"}
    assert "all is well" in finish(start("one", "doctor"))

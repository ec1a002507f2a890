"""Who may ask and edit, from the command line or a file, and how a request tells who sent it."""

from types import SimpleNamespace

import gradio as gr
import pytest
from starlette.requests import Request

from footnote.corpus.errors import UsageError
from footnote.page.server.caller import Caller, caller
from footnote.page.server.options import ServerOptions
from footnote.page.server.scopes import REQUEST, USER
from footnote.page.signin.access import MAX_NAME, Access, ForbiddenError, User, user_from, users_from

ANN, ED = User("ann", "secret"), User("ed", "top:secret", edits=True)


@pytest.fixture
def access():
    return Access([ANN, ED])


def request(name=None, **scope):
    return Request({"type": "http", "headers": [], USER: name, "client": ("192.0.2.1", 1), **scope})


@pytest.mark.parametrize(
    ("name", "may"), [("ed", True), ("ann", False), ("eve", False), ("", False), (None, False), ("ED", False)]
)
def test_only_an_editor_may_edit(access, name, may):
    assert access.may_edit(name) is may
    if may:
        access.require_edit(request(name))
    else:
        with pytest.raises(ForbiddenError, match="Sign in"):
            access.require_edit(request(name))


@pytest.mark.parametrize("anyone", [True, False])
def test_without_users_one_choice_holds_for_all(anyone):
    access = Access(anyone_edits=anyone)
    assert not access.has_users
    assert access.may_edit(None) is anyone
    if not anyone:
        with pytest.raises(ForbiddenError):
            access.require_edit(request())


def test_who_sent_a_request_is_what_the_gate_found_out(access):
    assert access.user_of(request("ed")) == "ed"
    assert access.user_of(request("eve")) is None
    assert access.user_of(request()) is None
    assert access.user_of(None) is None
    assert access.user_of(gr.Request(request("ed"), username="ann")) == "ed"
    assert access.user_of(SimpleNamespace(username="ann")) == "ann"
    assert Access().user_of(request("ed")) is None


def test_the_caller_of_a_request(access):
    sent = request("ann", **{REQUEST: "abc"})
    assert caller(access, sent) == caller(access, gr.Request(sent)) == Caller("192.0.2.1", "ann", "abc")
    assert caller(access) == Caller()


@pytest.mark.parametrize(
    ("name", "password", "right"),
    [
        ("ann", "secret", True),
        ("ed", "top:secret", True),
        ("ann", "top:secret", False),
        ("ann", "secret ", False),
        ("ann", "", False),
        ("", "", False),
        ("eve", "secret", False),
        ("ann", "\ud800", False),
    ],
)
def test_passwords(access, name, password, right):
    assert access.right(name, password) is right


def test_a_password_is_in_no_representation(access):
    assert "secret" not in repr(ANN) + str(vars(access))


@pytest.mark.parametrize("users", [[ANN, ANN], [User("", "x")], [User("a", "")], [User("a" * (MAX_NAME + 1), "x")]])
def test_users_that_cannot_be(users):
    with pytest.raises(UsageError):
        Access(users)


def test_a_login_on_the_command_line():
    assert user_from("ann:se:cret", edits=False) == User("ann", "se:cret")
    for value in ("ann", "ann:", ":secret", " :secret", ""):
        with pytest.raises(UsageError, match="--editor"):
            user_from(value, edits=True)


def write(tmp_path, text, mode=0o600):
    file = tmp_path / "users.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_file_of_users(tmp_path):
    file = write(tmp_path, '[ann]\npassword = "a:b\\"c"\n["ed w"]\npassword = "x"\nedit = true\n')
    assert users_from(file) == [User("ann", 'a:b"c'), User("ed w", "x", edits=True)]


@pytest.mark.parametrize(
    "text",
    ["", "ann", 'ann = "secret"', "[ann]\npassword = 7", '[ann]\npassword = "x"\nedit = "yes"',
     '[ann]\npassword = "x"\nedits = true', "[ann]\nedit = true", "\ud800".encode("utf-8", "replace").decode() + "\0"],
)  # fmt: skip
def test_a_file_that_is_not_one_of_users(tmp_path, text):
    with pytest.raises(UsageError, match=r"users\.toml"):
        users_from(write(tmp_path, text))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path, mode):
    with pytest.raises(UsageError, match="chmod 600"):
        users_from(write(tmp_path, '[ann]\npassword = "x"', mode))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        users_from(tmp_path / "none")


@pytest.mark.parametrize(
    ("options", "host", "edits"),
    [
        (ServerOptions(), "127.0.0.1", True),
        (ServerOptions(), "localhost", True),
        (ServerOptions(), "::1", True),
        (ServerOptions(), "0.0.0.0", False),
        (ServerOptions(), "192.168.1.7", False),
        (ServerOptions(), "desk.example", False),
        (ServerOptions(allow_edits=True), "0.0.0.0", True),
        (ServerOptions(proxies=("127.0.0.1",)), "127.0.0.1", False),
        (ServerOptions(root_path="/news"), "127.0.0.1", False),
        (ServerOptions(hosts=("news.example",)), "127.0.0.1", False),
        (ServerOptions(hosts=("news.example",), allow_edits=True), "127.0.0.1", True),
        (ServerOptions(users=(ANN,)), "127.0.0.1", False),
        (ServerOptions(users=(ANN,), allow_edits=True), "127.0.0.1", False),
    ],
)
def test_who_may_edit_without_saying_so(options, host, edits):
    assert options.access(host).may_edit(None) is edits

"""What is seen before Gradio's script has made the page."""

import re

import httpx
from live import live
from scripted import Scripted, Shelf

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.desk.offered_questions import Offering
from footnote.page.first_paint import first_look
from footnote.page.server.guard import finished
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User

OIL = Article("oil", "Oil fell by 3 percent.", title="Oil falls")
HOSTILE = '"><script>alert(1)</script>&q=2'


def engine(*examples):
    return Scripted(Shelf([OIL]), examples=examples)


def test_its_questions_are_links_that_ask_them():
    shown = first_look(Offering(engine("What fell, & why?")))
    assert '<a href="./?q=What+fell%2C+%26+why%3F" dir="auto">What fell, &amp; why?</a>' in shown
    assert strings.WELCOME in shown
    assert strings.SUGGESTIONS in shown


def test_without_questions_it_welcomes():
    for silent in (Scripted(Shelf(), examples=["What?"]), engine()):
        shown = first_look(Offering(silent))
        assert strings.WELCOME in shown
        assert strings.SUGGESTIONS not in shown


def test_a_hostile_question_is_only_text():
    shown = first_look(Offering(engine(HOSTILE)))
    assert shown.count("<script") == 1  # its own
    assert "&lt;script&gt;alert(1)" in shown
    assert 'href="./?q=%22%3E%3Cscript%3E' in shown


def test_an_engine_that_fails_is_left_to_the_page():
    broken = engine("What fell?")
    broken.suggestions = lambda: 1 / 0
    assert strings.SUGGESTIONS not in first_look(Offering(broken))


def test_it_stands_before_the_page_with_a_nonce():
    page = finished("<head></head><body><gradio-app></gradio-app></body>", "", "n", "<b>first</b><script>1</script>")
    assert '<body><b>first</b><script nonce="n">1</script><gradio-app>' in page


def test_a_server_sends_it_with_the_page():
    with live(engine("What fell?")) as address:
        answer = httpx.get(address)
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])[1]
    assert "What fell?" in answer.text
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce}"')


def test_who_is_not_signed_in_does_not_see_it():
    options = ServerOptions(users=(User("ann", "a long password", edits=False),))
    with live(engine("What fell?"), options=options) as address:
        answers = [httpx.get(address, headers={"accept": kind}, follow_redirects=True) for kind in ("text/html", "*/*")]
    for answer in answers:
        assert "What fell?" not in answer.text
        assert "fn-first" not in answer.text

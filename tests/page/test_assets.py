"""The stylesheet and the script: nothing from elsewhere, enough contrast, no way from text to markup."""

import inspect
import re

import pytest
from parsed import Parsed

from footnote.page import frame, strings
from footnote.page.chat import passages_read, reply, source_pane, transcript
from footnote.page.desk import conversation_list, finding, watching
from footnote.page.markup import element

CSS = frame.asset("page.css")
DESK = frame.asset("desk.css")
JS = frame.script()


@pytest.mark.parametrize("text", [CSS, DESK, JS, frame.head(), frame.masthead(), frame.manifest()])
def test_nothing_comes_from_another_host(text):
    without_icon = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]+\.|@import", without_icon)


def test_the_script_never_makes_markup_or_code_of_text():
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        'setAttribute("on',
    ):
        assert way not in JS


def test_every_action_of_the_markup_is_in_the_script():
    parts = (
        conversation_list,
        finding,
        frame,
        passages_read,
        reply,
        source_pane,
        transcript,
        watching,
    )
    actions = {action for part in parts for action in re.findall(r'data_do="([\w-]+)"', inspect.getsource(part))}
    actions |= set(re.findall(r'button\("\w+", [\w.\[\]]+, "(\w+)"', inspect.getsource(transcript)))
    assert {"open", "ask", "edit", "fresh", "passage"} <= actions
    actions |= {"article", "changed", "back", "reread", "unlimit", "unedit"}  # these are passed on as arguments
    table = JS[JS.index("const actions") :]
    added = " ".join(re.findall(r"Object\.assign\(actions, \{(.*?)\}\)", JS))
    for action in actions:
        assert re.search(rf"^  {action}\b", table, re.MULTILINE) or re.search(rf"(?<![\w-]){action}\b", added), action


def test_the_head_names_the_page_and_the_version_of_its_stylesheet():
    assert f"<title>{strings.NAME}</title>" in frame.head()
    for name in ("page", "desk"):
        assert re.search(rf'href="{name}\.css\?v=[0-9a-f]{{12}}"', frame.head())
    assert {tag for tag, _ in Parsed(frame.head()).tags} == {"title", "meta", "link"}
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'


def colours(selector):
    block = re.search(rf"^{re.escape(selector)} \{{(.*?)\}}", CSS, re.MULTILINE | re.DOTALL).group(1)
    return dict(re.findall(r"--fn-([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [":root", ".dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "sheet", 7),
        ("quiet", "paper", 4.5),
        ("quiet", "sheet", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "sheet", 4.5),
        ("accent", "accent-soft", 4.5),
        ("on-accent", "accent", 4.5),
        ("error", "paper", 4.5),
        ("ink", "accent-soft", 4.5),
        ("cited-ink", "cited", 7),
        ("ink", "also", 7),
        ("edge", "paper", 3),
        ("edge", "sheet", 3),
    ],
)
def test_contrast(scheme, ink, ground, least):
    palette = colours(scheme)
    assert contrast(palette[ink], palette[ground]) >= least

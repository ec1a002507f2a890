"""How soon the desk shows something: ``python -m tests.trials.desk`` makes 10,000 articles and 500 conversations.

The library is served, and opened in headless Chromium. Printed are the first paint of the chat, and for each list the
time from its request until the whole of it is there, as the page's own script would have it: the median, the fastest,
and the server's processor time. A median over `MOST` milliseconds ends with 1. ``--home`` keeps the library.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from footnote.cli.output import result
from footnote.corpus.settings import Settings
from footnote.index.database.conversations import ConversationStore
from footnote.index.passages import PassageIndex
from footnote.page.chat.conversations import Conversations, ShownTurn
from tests.support.browser import FLAGS
from tests.support.live import live
from tests.support.scripted import Scripted, answered, passage
from tests.trials.large import RandomEncoder, fill

MOST, PAINT = 300, 2_000
TIMES = 7
TURNS = 4
LISTS = {
    "conversations": "conversations?words=",
    "all conversations": "conversations?words=&most=500",
    "conversations with two words": "conversations?words=harbour+treaty",
    "articles with a word": "find?words=harbour7",
    "articles with a misspelt word": "find?words=harbor",
    "library": "library/table",
    "library, by words": "library/table?words=treaty77x3",
    "library, page 100": "library/table?page=100",
}
FETCH = """async ([path, times]) => {
  const took = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const place = document.body.appendChild(document.createElement('div'));
    place.append(...new DOMParser().parseFromString(await answer.text(), 'text/html').body.childNodes);
    place.getBoundingClientRect();
    took.push(performance.now() - began);
    place.remove();
  }
  return took;
}"""


def talk(index, count):
    """Put conversations into the library, `TURNS` questions each."""
    kept = Conversations(ConversationStore(index.library))
    for n in range(count):
        article = index.library.article(f"a{n % 1000}")
        key = kept.start()
        for m in range(TURNS):
            question = f"What of treaty{n}x{m} in harbour{m}?"
            turn = kept.ask(key, ShownTurn(question))
            said = answered(question, passage(article, article.text[: article.text.index(".") + 1]))
            kept.change(key, turn.number, lambda now, said=said: ShownTurn(now.question, now.number, said))


def measured(url):
    """Yield what was measured: name, times, processor time each, and the limit, in milliseconds."""
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, shown in (("chat", ".fn-welcome"), ("library", ".fn-table")):
            page = browser.new_context().new_page()
            page.goto(f"{url}/{'' if name == 'chat' else name}")
            page.wait_for_selector(shown)
            paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            yield f"first paint of the {name}", [paint], 0.0, PAINT
        for name, path in LISTS.items():
            began = time.process_time()
            took = page.evaluate(FETCH, [path, TIMES])
            yield name, took, (time.process_time() - began) / TIMES * 1e3, MOST
        browser.close()


def main():
    """Make the library, serve it, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.desk", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep the library here, or take what is there")
    args = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        index = PassageIndex(Settings(home=args.home or Path(folder) / "home"), RandomEncoder(), chroma=False)
        if not index.library.articles():
            fill(index, args.articles)
            talk(index, args.conversations)
        engine = Scripted(index.library)
        engine.index = index
        with live(engine) as url:
            for name, took, busy, most in measured(url):
                median = sorted(took)[len(took) // 2]
                slow |= median > most
                result(f"{median:7.0f} ms, fastest {min(took):5.0f} ms, processor {busy:4.0f} ms: {name}")
        index.close()
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())

"""What tests look at HTML with."""

from html.parser import HTMLParser

from hypothesis import strategies as st

HOSTILE = st.text(st.sampled_from("<>\"'&/= `x!-{}$[]7\n\u202e\x00") | st.characters(codec="utf-8"), max_size=40)


class Parsed(HTMLParser):
    """The tags with their attributes, and the text, that a browser would make of some HTML."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment


class Elements(HTMLParser):
    """Collects elements, and checks that what is opened is closed."""

    VOID = ("meta", "br", "input", "link")

    def __init__(self, page):
        super().__init__()
        self.found, self.open, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

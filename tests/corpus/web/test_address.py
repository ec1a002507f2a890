"""Which addresses are public, and which URLs are read: what is not known to be harmless is refused."""

from ipaddress import IPv6Address

import pytest
from addresses import SHUT
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import RefusedError
from footnote.corpus.web.address import is_public, parse_url, same_site, web_link


@pytest.mark.parametrize("address", SHUT)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "151.101.1.1", "2606:4700:4700::1111", "2001:4860::8888"])
def test_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_a_public_address_is_none_when_it_is_carried_in_another(address):
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert not is_public(wrapped)
    assert not is_public(IPv6Address((0x2002 << 112) | (int(address) << 80)))


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("HTTP://example.com:80/a?b#c", "http://example.com/a?b"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("http://example.com./a", "http://example.com/a"),
        ("http://bücher.example/ü?q=é", "http://xn--bcher-kva.example/%C3%BC?q=%C3%A9"),
        ("http://under_score.example.com/", "http://under_score.example.com/"),
        ("http://1.2.3.4/", "http://1.2.3.4/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://[2606:4700:0:0::1]/", "http://[2606:4700::1]/"),
        ("http://example.com/a%20b/../c", "http://example.com/a%20b/../c"),
    ],
)
def test_normal_form(url, normal):
    assert parse_url(url).url == normal
    assert parse_url(normal).url == normal


REFUSED = [
    "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "data:text/html,a", "javascript:alert(1)",
    "http:///path", "http://", "//example.com/", "example.com", "http://user@example.com/", "http://a:b@example.com/",
    "http://good.example\\@evil.example/", "http://example.com\\a", "http://exa mple.com/", "http://example.com/\x00",
    "http://example.com/\r\nX: y", "http://example.com/\u202ea", "http://example.com:22/", "http://example.com:99999/",
    "http://example.com:-1/", "http://example.com:x/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
    "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://1.2.3.4.5/", "http://1.2.3.256/",
    "http://[::1%25lo]/", "http://[::1/", "http://[zz]/", "http://%31%32%37.0.0.1/", "http://a..b/", "http://.../",
    "http://" + "a" * 64 + ".example/", "http://example.com/" + "a" * 3_000, "http://exa%00mple.com/", "http://٣٣٣٣/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url):
    with pytest.raises(RefusedError):
        parse_url(url)


@given(st.text(), st.sampled_from(["", "http://", "https://", "http://[", "http://example.com/", "http://1."]))
def test_any_text_is_a_plain_address_or_refused(text, start):
    try:
        found = parse_url(start + text)
    except RefusedError:
        return
    assert found.url.isascii()
    assert found.url.isprintable()
    assert not set(found.host) & set("/?#@\\% \t\n")
    assert found.target.startswith("/")


def test_other_ports_when_private_networks_are_allowed():
    assert parse_url("http://127.0.0.1:7860/", any_port=True).port == 7_860


def test_links_of_articles():
    assert web_link(" https://bay.example/a#b ") == "https://bay.example/a"
    assert web_link("javascript:alert(1)") == web_link("/a") == web_link("") == ""


def test_same_site():
    assert same_site("https://www.bay.example/a", "http://bay.example/b")
    assert same_site("https://bay.example/a", "https://amp.bay.example/b")
    assert not same_site("https://bay.example/a", "https://evilbay.example/b")
    assert not same_site("https://bay.example/a", "javascript:1")

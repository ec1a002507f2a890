"""What a language model's reply may try: addresses in disguise, and never beginning or never ending."""

import time

import pytest
from llm_server import llm_server

from footnote.qa.llm.endpoint import Endpoint, EndpointError, ReplyLimits
from footnote.qa.llm.parse import drafts

LIMITS = ReplyLimits(connect=5.0, silence=1.0, total=3.0)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "&#104;ttps://evil.example/x",
        "&#x68;&#x74;&#x74;&#x70;&#x73;&#x3a;&#x2f;&#x2f;evil.example/x",
        "https&colon;//evil.example/x",
        "https:&sol;&sol;evil.example/x",
        "&#119;ww.evil.example",
        "java&#115;cript:alert(1)",
        "mail&#116;o:me@evil.example",
        "ht**tps**://evil.example/x",
        "ht`tps`://evil.example/x",
        "ht\u200btps://evil.example/x",
        "ht&#8203;tps://evil.example/x",
        "w<b>ww.evil.example</b>",
        "[see](&#104;ttps://evil.example/x)",
        "<a href='&#104;ttps://evil.example/x'>see</a>",
    ],
)
def test_no_address_is_left_of_a_reply_however_it_is_written(address):
    for reply in (f"The harbour closed, see {address} today. [1]", f"{address} says that the harbour closed. [1]"):
        for pieces in ([reply], list(reply)):
            (found,) = drafts(pieces)
            assert "evil" not in found.text
            assert "alert" not in found.text
            assert "harbour closed" in found.text
            assert found.numbers == (1,)


@pytest.mark.parametrize("behaviour", ["silent", "endless_nothing", "silent_after_a_word"])
def test_a_reply_that_does_not_come_ends_at_the_limit(behaviour):
    with llm_server(behaviour) as (url, _):
        endpoint = Endpoint(url, "tiny", limits=LIMITS)
        try:
            with pytest.raises(EndpointError):  # the client library is imported at the first call
                list(endpoint.stream("rules", "question"))
            began = time.monotonic()
            with pytest.raises(EndpointError, match="took too long"):
                list(endpoint.stream("rules", "question"))
            assert time.monotonic() - began < LIMITS.silence + 1.5
        finally:
            endpoint.close()

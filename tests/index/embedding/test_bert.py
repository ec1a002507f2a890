"""A pass of our own over BERT: what it computes is what `transformers` computes."""

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from transformers import AutoModel

from footnote.index.embedding.bert import Bert, BertLayers, batch_of, compiled
from footnote.index.embedding.encoder import has_bfloat16, packaged_minilm

KINDS = [False, pytest.param(True, marks=pytest.mark.skipif(not has_bfloat16(), reason="needs bfloat16 products"))]
LENGTHS = (1, 15, 16, 17, 90, 256)


@pytest.fixture(scope="module")
def model():
    return AutoModel.from_pretrained(str(packaged_minilm())).eval()


def texts(*lengths):
    chance = random.Random(sum(lengths))
    return [[chance.randrange(1000, 20_000) for _ in range(length)] for length in lengths]


def theirs(model, text, first):
    segments = [int(n >= first) for n in range(len(text))]
    with torch.inference_mode():
        return model(input_ids=torch.tensor([text]), token_type_ids=torch.tensor([segments])).last_hidden_state[0]


@pytest.mark.parametrize("half", KINDS)
def test_each_text_has_the_vectors_that_it_has_alone_in_transformers(model, half):
    given = texts(*LENGTHS)
    for text, found in zip(given, Bert(model, half)(given), strict=True):
        wanted = theirs(model, text, len(text)).numpy()
        assert found.dtype == np.float32
        assert np.abs(found - wanted).mean() < (0.01 if half else 1e-5)


@pytest.mark.parametrize("half", KINDS)
def test_a_second_segment_is_told_from_the_first(model, half):
    given, firsts = texts(20, 33), [7, 33]
    batch = batch_of(given, firsts, half)
    rows = torch.split(compiled(BertLayers(model, half))(batch), batch.sizes)
    for text, first, own in zip(given, firsts, rows, strict=True):
        assert (own[: len(text)] - theirs(model, text, first)).abs().mean() < (0.01 if half else 1e-5)


def test_threads_do_not_mix_their_texts(model):
    bert = Bert(model, has_bfloat16())
    given = [texts(n) for n in range(1, 60)]
    with ThreadPoolExecutor(4) as threads:
        found = [*threads.map(bert, given)]
    for own, (together,) in zip(given, found, strict=True):
        assert np.allclose(bert(own)[0], together, atol=1e-3)

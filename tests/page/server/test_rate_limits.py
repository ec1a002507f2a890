"""Token buckets, and who counts as one client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Clock

from footnote.page.server.options import ServerOptions
from footnote.page.server.rate_limits import Buckets, Limit, TooOftenError, is_local, network_of


@pytest.fixture
def clock():
    return Clock()


def test_a_burst_and_then_a_steady_flow(clock):
    buckets = Buckets(60, clock=clock)
    assert [buckets.take("a") for _ in range(15)] == [0.0] * 15
    assert buckets.take("a") == pytest.approx(1.0)
    assert buckets.take("b") == 0.0
    clock.now += 0.75
    assert buckets.take("a") == pytest.approx(0.25)
    clock.now += 0.25
    assert buckets.take("a") == 0.0
    assert buckets.take("a") == pytest.approx(1.0)
    clock.now += 3600
    assert [buckets.take("a") for _ in range(16)].count(0.0) == 15


def test_none_a_minute_is_no_limit(clock):
    buckets = Buckets(0, clock=clock)
    assert {buckets.take("a") for _ in range(10_000)} == {0.0}


def test_few_a_minute_may_still_come_together(clock):
    buckets = Buckets(1, clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, pytest.approx(60)]


def test_memory_is_bounded(clock):
    buckets = Buckets(60, most=3, clock=clock)
    for key in "abcde":
        buckets.take(key)
    assert list(buckets._kept) == ["c", "d", "e"]


@given(st.lists(st.floats(0, 100), max_size=60), st.integers(1, 1000))
def test_never_more_than_the_burst_and_the_flow(pauses, per_minute):
    clock = Clock()
    buckets = Buckets(per_minute, clock=clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        taken += buckets.take("a") == 0.0
    assert taken <= max(3, per_minute / 4) + (clock.now - 1000) * per_minute / 60 + 1e-6


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("testclient", "testclient"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_what_counts_as_one_client(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False),
     ("::", False), ("", False), ("localhost", False)],
)  # fmt: skip
def test_this_computer(address, local):
    assert is_local(address) is local


def refused(limit, *who, times=100):
    for n in range(times):
        try:
            limit.count(*who)
        except TooOftenError as error:
            return n, str(error)
    return None


def test_a_limit_leaves_this_computer_out_unless_told(clock):
    limit = Limit(60, "wait {seconds} s", clock=clock)
    assert refused(limit, "127.0.0.1") is None
    assert refused(limit, "192.0.2.1") == (15, "wait 1 s")
    assert refused(limit, "192.0.2.1", "ann") == (15, "wait 1 s")
    assert refused(limit, "192.0.2.2", "ann") == (0, "wait 1 s")
    assert refused(Limit(60, "{seconds}", local=True, clock=clock), "127.0.0.1") == (15, "1")


def test_the_limits_of_the_options():
    assert refused(ServerOptions().limits().questions, "127.0.0.1") is None
    assert refused(ServerOptions().limits().questions, "192.0.2.1")[0] >= 15
    assert refused(ServerOptions(questions=0).limits().questions, "192.0.2.1") is None
    assert refused(ServerOptions(questions=4).limits().questions, "127.0.0.1")[0] == 3
    assert refused(ServerOptions(questions=4).limits().adds, "127.0.0.1") is None
    assert refused(ServerOptions().limits().adds, "192.0.2.1")[0] >= 7

"""What a library's size costs: the table, of figures as a measured library gives them."""

import xml.etree.ElementTree as ET

from footnote.eval.benchmarks.scale import LIMITS, STAGES, plots, table


def figures(chunks, times):
    return {
        "chunks": chunks,
        "asked": times,
        "stages": {stage: [clock for clock, _ in times] for stage in STAGES},
        "limited": dict.fromkeys(LIMITS, times),
        "added": times,
        "start": times[:1],
        "memory": 512.4,
        "disk": 5.94,
        "recall": 0.9912,
    }


def test_a_column_for_each_library_with_medians_and_95th_percentiles():
    lines = table([figures(1_000, [(10.0, 5.0)] * 3), figures(10_000, [(20.0, 6.0), (20.0, 6.0), (40.0, 9.0)])])
    assert lines[0] == "|  | 1,000 chunks | 10,000 chunks |"
    assert "| a question, ms | 10 (10) | 20 (38) |" in lines
    assert "| a question, processor, ms | 5 (5) | 6 (9) |" in lines
    assert "| memory, MB | 512 | 512 |" in lines
    assert "| disk, KB a chunk | 5.9 | 5.9 |" in lines
    assert "| recall of the ten nearest | 0.991 | 0.991 |" in lines
    assert sum(line.startswith("| passages ") for line in lines) == 2 * len(LIMITS)


def test_a_bar_for_each_size():
    drawn = plots([figures(1_000, [(10.0, 5.0)] * 3), figures(10_000, [(20.0, 6.0)] * 3)])
    assert drawn.keys() == {"question.svg", "memory.svg"}
    for plot, value in ((drawn["question.svg"], "20"), (drawn["memory.svg"], "512")):
        told = ["".join(each.itertext()) for each in ET.fromstring(plot)]
        assert "1,000 chunks" in told
        assert any(each.startswith(value) for each in told)

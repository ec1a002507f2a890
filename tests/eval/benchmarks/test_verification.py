"""Verification measured on claims with known evidence."""

import pytest
from articles import write_jsonl

from footnote.corpus.errors import SuiteError
from footnote.eval.benchmarks.verification import Checked, Pair, balanced, check, load_pairs, main, table

EVIDENCE = "Mayor Ana Ruiz closed the harbour on Monday. Twelve boats sank in the storm."
PAIRS = [
    Pair("Ana Ruiz closed the harbour.", EVIDENCE, "supported"),
    Pair("Ana Ruiz opened the harbour.", EVIDENCE, "refuted"),
    Pair("In the storm, 13 boats sank.", EVIDENCE, "refuted"),
    Pair("Ana Ruiz was elected mayor.", EVIDENCE, "not_enough"),
]


class Believing:
    """A relation that believes everything: only the particulars gate is left."""

    def relate(self, claim, evidence):
        return 1.0, 0.0, 0.0


def test_the_gate_is_counted_apart():
    assert [check(pair, Believing()) for pair in PAIRS] == [
        Checked("supported", True, True),
        Checked("refuted", True, True),
        Checked("refuted", False, False),
        Checked("not_enough", True, True),
    ]


def test_the_table_has_a_row_for_each_label_that_there_is():
    shown = table(
        [Checked("supported", True, True), Checked("supported", True, False), Checked("refuted", False, False)]
    )
    assert "| supports | 2 | 100.0% | 50.0% |" in shown
    assert "| refutes | 1 | 0.0% | 0.0% |" in shown
    assert "suffice" not in shown


def test_the_same_pairs_are_chosen_again_as_many_of_each_label():
    many = [Pair(f"{label} {n}", "", label) for label in ("supported", "refuted") for n in range(50)]
    chosen = balanced(many, 10, 7)
    assert chosen == balanced(many, 10, 7)
    assert [pair.label for pair in chosen] == ["supported"] * 5 + ["refuted"] * 5


@pytest.mark.parametrize("row", [{"claim": "x"}, {"claim": "x", "evidence_text": "y", "label": "perhaps"}])
def test_another_file_is_refused(tmp_path, row):
    write_jsonl(tmp_path / "pairs.jsonl", [row])
    with pytest.raises(SuiteError):
        load_pairs(tmp_path / "pairs.jsonl")


def test_the_command(tmp_path, capsys, monkeypatch, encoder):
    monkeypatch.setattr("footnote.eval.benchmarks.verification.open_encoder", lambda: encoder)
    path = tmp_path / "storm.jsonl"
    rows = [{"claim": pair.claim, "evidence_text": pair.evidence, "label": pair.label} for pair in PAIRS]
    write_jsonl(path, rows)
    assert main([str(path), "--sample", "9"]) == 0
    shown = capsys.readouterr().out
    assert "storm" in shown
    assert "| supports | 1 | 100.0% | 100.0% |" in shown
    assert "| refutes | 2 | 50.0% | 0.0% |" in shown
    assert "| does not suffice | 1 | 100.0% | 0.0% |" in shown
    assert main([str(tmp_path / "none.jsonl")]) == 1

"""Verdicts with the real MiniLM: what says the same is confirmed, and nothing that says other is."""

import pytest
from llm_script import offered

from footnote.qa.llm.faithfulness import distortions
from footnote.qa.llm.verify import ClaimVerifier, WordRelation, uncovered

SOURCES = [
    "A drone strike near the airport of Baghdad on January 3, 2020, killed Maj. Gen. Qassim Suleimani, the commander of"
    " the Quds Force of Iran's Revolutionary Guards.",
    "The Pentagon said on January 2, Washington time, that the strike was ordered by President Donald Trump and that"
    " Suleimani had been developing plans to attack American diplomats.",
    "Ali Khamenei promised severe revenge on January 3 and named Brig. Gen. Ismail Qaani, Suleimani's longtime deputy,"
    " as the new Quds Force commander.",
    "Militia officials said that at least 25 fighters were killed in the raids, and a dozen were wounded.",
    "Iran denied that it had attacked the tankers, and accused Israel of sabotage.",
    "Inflation rose to 2.8 percent in May, the central bank said.",
    "The company could cut 3,000 jobs if the deal fails.",
    "“Pressure works,” Brian Hook, the U.S. special representative for Iran, told reporters on Tuesday.",
    "Ali Khamenei named Ismail Qaani as the new Quds Force commander.",
]
TRUE = [
    (1, "A drone strike killed Qassim Suleimani on January 3, 2020."),
    (1, "Qassim Suleimani was killed by a drone strike near the Baghdad airport."),
    (1, "General Suleimani was the commander of the Quds Force."),
    (2, "The strike was ordered by President Donald Trump, the Pentagon said."),
    (2, "President Trump ordered the strike, the Pentagon said on 2 January."),
    (3, "Khamenei named Ismail Qaani as the new Quds Force commander."),
    (3, "Ismail Qaani was named the new commander of the Quds Force on January 3."),
    (3, "Khamenei promised severe revenge."),
    (3, "The new commander of the Quds Force is Ismail Qaani."),
    (3, "Ismail Qaani was the longtime deputy of Suleimani."),
    (4, "At least twenty-five fighters were killed, militia officials said."),
    (4, "12 fighters were wounded in the raids."),
    (5, "Iran denied that it attacked the tankers."),
    (5, "Iran accused Israel of sabotage."),
    (6, "Inflation rose to 2.8% in May."),
    (7, "The company could cut 3,000 jobs if the deal fails."),
    (8, "Brian Hook told reporters on Tuesday that pressure works."),
    (8, "Brian Hook said “Pressure works.”"),
]
FALSE = [
    (1, "A drone strike killed Ismail Qaani on January 3, 2020."),
    (1, "Qassim Suleimani killed the commander of the Quds Force."),
    (1, "A drone strike on January 4, 2020, killed Qassim Suleimani."),
    (1, "Qassim Suleimani was the commander of the drone force."),
    (1, "The strike destroyed the airport."),
    (2, "President Donald Trump had been developing plans to attack American diplomats."),
    (2, "Suleimani ordered the strike."),
    (2, "The Pentagon said the strike was not ordered by President Donald Trump."),
    (2, "Trump killed American diplomats."),
    (3, "Khamenei refused to name Ismail Qaani."),
    (3, "Suleimani was named the new Quds Force commander."),
    (3, "Khamenei was named the new Quds Force commander."),
    (3, "Khamenei named Suleimani as the new Quds Force commander."),
    (3, "Qaani promised severe revenge."),
    (3, "The new commander of the Quds Force is Ali Khamenei."),
    (3, "Ali Khamenei is the new Quds Force commander."),
    (1, "The commander of the Quds Force was Baghdad."),
    (9, "The new commander of the Quds Force is Ali Khamenei."),
    (4, "At least 52 fighters were killed."),
    (4, "25 fighters were wounded."),
    (4, "A dozen fighters were killed."),
    (5, "Iran attacked the tankers."),
    (5, "Israel attacked the tankers."),
    (5, "Israel accused Iran of sabotage."),
    (5, "Iran sabotaged the tankers."),
    (5, "Iran attacked the tankers and accused Israel of sabotage."),
    (6, "Inflation rose to 3.1 percent in May."),
    (6, "Inflation fell to 2.8 percent in May."),
    (6, "Inflation rose to 2.8 percent in June."),
    (6, "Inflation rose to 2.8 million in May."),
    (6, "The central bank raised rates in May."),
    (7, "The company cut 3,000 jobs."),
    (7, "The company cut jobs because the deal failed."),
    (8, "Brian Hook said “Pressure fails.”"),
    (8, "Pressure does not work, Brian Hook told reporters."),
    (8, "Donald Trump said “Pressure works.”"),
]


@pytest.fixture
def confirmer(encoder):
    return ClaimVerifier("What happened?", offered(*SOURCES), WordRelation(encoder))


@pytest.mark.parametrize(("n", "text"), TRUE)
def test_confirmed(confirmer, n, text):
    found = confirmer.confirm(text, (n,))
    assert (found.verdict, found.cited, found.mismatches) == ("supported", (n,), ())


@pytest.mark.parametrize(("n", "text"), FALSE)
def test_not_confirmed_by_what_it_cites_nor_by_any_other(confirmer, n, text):
    for cited in ((n,), (), tuple(range(1, len(SOURCES) + 1))):
        found = confirmer.confirm(text, cited)
        assert (found.verdict, found.cited) == ("not confirmed", cited)


@pytest.mark.parametrize(
    ("n", "text", "shown"),
    [
        (6, "Inflation rose to 3.1 percent in May.", "answer 3.1%, source 2.8%"),
        (5, "Iran attacked the tankers.", "source “denied”, answer without it"),
        (7, "The company cut 3,000 jobs.", "source “could”, answer without it"),
        (2, "The strike was not ordered by President Donald Trump.", "answer “not”, source without it"),
        (1, "The strike destroyed the airport.", "not in the source: destroyed"),
    ],
)
def test_the_difference_is_shown(confirmer, n, text, shown):
    assert shown in confirmer.confirm(text, (n,)).mismatches


def test_evidence_that_is_clear_is_attached(confirmer):
    found = confirmer.confirm("Inflation rose to 2.8 percent in May.", ())
    assert (found.verdict, found.cited) == ("supported", (6,))


def test_a_wrong_citation_is_set_right(confirmer):
    found = confirmer.confirm("Inflation rose to 2.8 percent in May.", (1, 2))
    assert (found.verdict, found.cited) == ("supported", (6,))


def test_a_citation_that_adds_nothing_goes(confirmer):
    assert confirmer.confirm("Inflation rose to 2.8 percent in May.", (1, 6, 3)).cited == (6,)


def test_two_facts_may_rest_on_two_sentences(confirmer):
    text = "Inflation rose to 2.8 percent in May and Iran accused Israel of sabotage."
    assert confirmer.confirm(text, (6, 5)).cited == (6, 5)
    assert confirmer.confirm(text, (6,)).verdict == "not confirmed"


def test_a_pronoun_may_borrow_the_name_before_it(encoder):
    told = offered(["Ismail Qaani was the deputy.", "He was named commander of the force in January."])
    found = ClaimVerifier("Who?", told, WordRelation(encoder)).confirm(
        "Qaani was named commander of the force in January.", (1, 2)
    )
    assert (found.verdict, found.cited) == ("supported", (1, 2))
    apart = offered("Ismail Qaani was the deputy.", "He was named commander of the force in January.")
    found = ClaimVerifier("Who?", apart, WordRelation(encoder)).confirm(
        "Qaani was named commander of the force in January.", (1, 2)
    )
    assert found.verdict == "not confirmed"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Who promised severe revenge?", "supported"),
        ("Who bombed the embassy?", "not confirmed"),
        ("Who?", "not confirmed"),
    ],
)
def test_a_bare_name_is_read_with_the_question(encoder, question, verdict):
    assert (
        ClaimVerifier(question, offered(*SOURCES), WordRelation(encoder)).confirm("Ali Khamenei.", (3,)).verdict
        == verdict
    )


def test_nothing_offered_confirms_nothing(encoder):
    found = ClaimVerifier("Who?", [], WordRelation(encoder)).confirm("Ali Khamenei promised severe revenge.", ())
    assert (found.verdict, found.cited) == ("not confirmed", ())


def test_words_are_found_in_other_endings():
    assert uncovered("The assassination of the commanders was killing.", "assassinated; commander; killed") == []
    assert uncovered("The mayor closed the harbour.", "The mayor opened the harbour.") == ["closed"]


@pytest.mark.parametrize(("n", "text"), TRUE)
def test_a_true_sentence_slips_nowhere(n, text):
    assert distortions(text, SOURCES[n - 1]) == ()


@pytest.mark.parametrize("text", ["a " * 20_000, "A b " * 10_000, "not " * 10_000, ", and " * 9_000])
def test_long_input_is_no_trouble(text):
    assert isinstance(distortions(text[:2_000], text), tuple)


def test_the_sentence_beside_it_is_cited_where_its_name_is_needed(encoder):
    told = offered(["Ismail Qaani was the deputy.", "He was named commander of the force in January.", "It rained."])
    confirmer = ClaimVerifier("Who?", told, WordRelation(encoder))
    for cited in ((2,), (1,)):
        assert confirmer.confirm("Qaani was named commander of the force in January.", cited).cited == (1, 2)


class Sure:
    """A relation that finds one claim supported by evidence with these words, refuted by others' ``against``."""

    def __init__(self, *needed, against="nothing"):
        self.needed, self.against = needed, against

    def relate(self, claim, evidence):
        text = " ".join(evidence)
        if self.against in text:
            return 0.0, 1.0, 0.0
        return (1.0, 0.0, 0.0) if all(word in text for word in self.needed) else (0.0, 0.0, 1.0)


STORM = offered(
    ["The storm reached the coast on Monday.", "Boats were sunk.", "Mayor Ruiz spoke."],
    ["Boats survived.", "It rained."],
)


def test_a_relation_confirms_other_words_but_never_other_particulars():
    confirmer = ClaimVerifier("What happened?", STORM, Sure("coast"))
    assert confirmer.confirm("A gale hit the shoreline on Monday.", (1,)).verdict == "supported"
    assert confirmer.confirm("A gale hit the shoreline on Tuesday.", (1,)).verdict == "not confirmed"
    assert confirmer.confirm("Ruiz said a gale hit the shoreline.", (1,)).verdict == "not confirmed"


@pytest.mark.parametrize(
    ("needed", "cited", "shown"),
    [
        (("coast",), (1, 2), (1,)),
        (("coast", "sunk"), (1,), (1, 2)),
        (("coast", "sunk"), (2,), (1, 2)),
        (("coast", "spoke"), (1, 3), (1, 3)),
        (("coast", "rained"), (5, 4, 1), (5, 1)),
        (("coast", "rained"), (1, 2), ()),
    ],
)
def test_what_is_cited_is_what_supports(needed, cited, shown):
    found = ClaimVerifier("What happened?", STORM, Sure(*needed)).confirm("A gale hit the shore with force.", cited)
    assert (found.verdict, found.cited) == (("supported", shown) if shown else ("not confirmed", cited))


def test_sentences_that_stand_apart_are_not_read_as_one_passage():
    read = []

    class Listening(Sure):
        def relate(self, claim, evidence):
            read.append(tuple(evidence))
            return super().relate(claim, evidence)

    ClaimVerifier("What happened?", STORM, Listening("never")).confirm("A gale hit the shore with force.", (3, 1))
    assert (STORM[0].text, "...", STORM[2].text) in read


def test_what_is_refuted_says_so():
    found = ClaimVerifier("What happened?", STORM, Sure("x", against="survived")).confirm(
        "Many boats were lost at sea.", (4,)
    )
    assert (found.verdict, found.mismatches[0]) == ("not confirmed", "the source says otherwise")

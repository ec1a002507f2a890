"""The language of a question, and the line about what the models know; and a model that knows two languages."""

import pytest
import tiny_models

from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.languages import language_note, language_of

QUESTIONS = {
    "English": [
        "Why was the dam closed?",
        "Who leads the water board of Eastmere?",
        "What did the board say about it?",
    ],
    "German": [
        "Warum wurde die Schleuse geschlossen?",
        "Wer leitet die Wasserbehörde von Bagdad?",
        "Wann ist das Tor offen?",
    ],
    "French": [
        "Pourquoi le barrage est-il fermé ?",
        "Qui dirige la régie des eaux ?",
        "Combien coûtent les travaux du port ?",
        "Pourquoi l'Iran a-t-il réduit ses engagements nucléaires ?",
        "Qui a tué le général Soleimani ?",
    ],
    "Spanish": [
        "¿Por qué se cerró la presa?",
        "¿Quién dirige el consejo del agua?",
        "¿Cuándo abren los puertos del lago?",
    ],
    "Italian": [
        "Perché è stata chiusa la diga?",
        "Chi dirige il consiglio della città?",
    ],
    "Portuguese": [
        "Quando foi fechada a barragem do lago?",
        "Quem é o presidente da junta?",
    ],
    "Dutch": [
        "Waarom werd het stuwmeer gesloten?",
        "Wie is de voorzitter van het bestuur?",
    ],
    "Swedish": [
        "Varför är dammen stängd?",
        "Vem är det som leder styrelsen?",
    ],
    "Polish": [
        "Kiedy i dlaczego tama została zamknięta?",
    ],
    "Russian or another language in Cyrillic letters": [
        "Почему закрыта плотина?",
    ],
    "Greek": [
        "Γιατί έκλεισε το φράγμα;",
    ],
    "Arabic, Persian or another language in Arabic letters": [
        "چرا سد بسته شد؟",
        "لماذا أغلق السد؟",
    ],
    "Chinese": [
        "为什么水坝关闭了？",
    ],
    "Japanese": [
        "なぜダムは閉鎖されたのですか。",
    ],
    "Korean": [
        "댐은 왜 닫혔습니까?",
    ],
}
ASKED = [(language, question) for language, questions in QUESTIONS.items() for question in questions]


@pytest.mark.parametrize(("language", "question"), ASKED)
def test_language_of_a_question(language, question):
    assert language_of(question) == language


@pytest.mark.parametrize(
    "text",
    ["", "?", "Bagdad", "Angela Merkel", "42", "NATO Brussels 2020", "Ruhollah Khomeini", "Der Spiegel", "Los Angeles"],
)
def test_what_does_not_show(text):
    assert language_of(text) == ""
    assert language_note(text) == ""


@pytest.mark.parametrize(
    "question",
    ["Who is Волков?", "What did El País say about Los Angeles?", "Why did Die Zeit close?", "What is die Wende?",
     "Did the U.S. leave?", "Was Le Monde or La Stampa first?", "Who wrote “Il nome della rosa”?"],
)  # fmt: skip
def test_a_foreign_name_in_an_english_question_is_no_reason(question):
    assert language_note(question, ["The board of the dam said on Friday that it is closed."] * 3) == ""


def test_the_line_names_what_the_models_know():
    german = "Die Behörde erklärte am Freitag, dass das Tor für neun Wochen geschlossen wird."
    both = language_note("Warum wurde die Schleuse geschlossen?", [german])
    assert "question and the articles nearest to it seem to be in German" in both
    assert "know English alone" in both
    assert "--model" in both
    assert "articles nearest to it seem to be in German" in language_note("Why was the dam closed?", [german])
    mixed = language_note("¿Por qué se cerró la presa?", [german])
    assert ("Spanish" in mixed, "German" in mixed) == (True, True)


def test_a_model_that_knows_two_languages_finds_across_them(tmp_path):
    """German questions to English articles: no word is shared, so what is found is found by the model alone."""
    pairs = {"dam": "damm", "closed": "geschlossen", "ferry": "fähre", "sunk": "gesunken", "mayor": "bürgermeister",
             "resigned": "zurückgetreten", "was": "wurde", "the": "der"}  # fmt: skip
    folder = tiny_models.bilingual(tmp_path / "bilingual", pairs)
    articles = {"dam": "The dam was closed.", "ferry": "The ferry was sunk.", "mayor": "The mayor resigned."}
    index = PassageIndex(Settings(tmp_path / "home", model=str(folder)))
    try:
        list(index.add(SourcedArticle(Article(id=name, text=text), named=True) for name, text in articles.items()))
        for question, name in (("damm geschlossen", "dam"), ("fähre gesunken", "ferry"), ("bürgermeister", "mayor")):
            best = index.search(index.encoder.encode_query(question), question, Scope(), 3)
            assert best[0].article.id == name
    finally:
        index.close()

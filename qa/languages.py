"""Which language a question or an article is in, and an honest line where the shipped models do not know it.

The script tells, or, among languages in Latin letters, the small words that each has and the others have not.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from footnote.index.search.query_words import clean, tokens

KNOWN = "English"
"""The language that the models which come with Footnote were made for."""

_SMALL_WORDS = {
    "English": """the of and to in is was that for it with as on are by at this from be have or which who what when
        where why how did does do has had were not an will about after their he she they his her its more than""",
    "German": """der die das und ist von den dem des nicht mit ein eine einen für auf im wird wurde werden warum wann
        wer wo wie welche welcher sich auch aus bei nach zum zur über hat haben sind""",
    "French": """le la les des du une et est dans que qui pour sur avec ne pas au aux par ce cette il elle pourquoi
        quand où combien quel quelle ont été sont était leur dit""",
    "Spanish": """el los las una del y en que por con para se su es fue qué quién cuándo dónde cómo cuánto cuál no al lo
        más pero han sido está según""",
    "Italian": """il gli della delle dei di che è e per con una non sono si nel nella chi quando dove perché come quanto
        quale ha stato stata più anche alla""",
    "Portuguese": """o os das dos do da em não que uma com para por se é foi são quem quando onde porque quanto qual
        como na no ao mais também pela pelo""",
    "Dutch": """het een van en dat niet met voor op zijn wordt werd worden waarom wanneer wie waar hoe welke naar bij
        aan ook door heeft hebben te""",
    "Swedish": "och det att som är på för inte en ett av med den till har var vem när varför hur vilken om från de",
    "Danish or Norwegian": """og det at som er på for ikke en et av af med den til har var hvem når hvorfor hvordan
        hvilken fra""",
    "Polish": "i w na nie się że z do jest kto kiedy dlaczego gdzie jak co który została był o po za przez od",
    "Czech": "a v na se že je do kdo kdy proč kde jak co který byl byla z s o po za od jsou není",
    "Turkish": "ve bir bu da de için ile ne kim zaman neden nerede nasıl olarak olan daha çok mi mı değil kadar",
    "Finnish": "ja on ei että se oli joka mitä kuka milloin miksi missä miten ovat myös mutta kuin",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic letters", "GREEK": "Greek", "HEBREW": "Hebrew",
    "ARABIC": "Arabic, Persian or another language in Arabic letters", "CJK": "Chinese", "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese", "HANGUL": "Korean", "THAI": "Thai", "DEVANAGARI": "Hindi or another language in Devanagari",
}  # fmt: skip
_SAMPLE = 4_000
_TELLING = 5
_QUOTED = re.compile(r"[“\"«„][^“”\"»]{0,200}[”“\"»]")


def language_of(text: str) -> str:
    """Return the language that a text is most likely in, by its English name; empty where it does not show."""
    text = text[:_SAMPLE]
    return _by_script(text) or _by_words([token.lower for token in tokens(clean(text)) if token.is_word])


def language_note(question: str, texts: Sequence[str] = ()) -> str:
    """Return a line for an answer that was declined; empty where its language is no reason for that.

    ``texts`` are the passages that came nearest to the question.
    """
    asked = language_of(_QUOTED.sub(" ", question)).replace(KNOWN, "")
    held = Counter(language for text in texts if (language := language_of(text)))
    written = held.most_common(1)[0][0].replace(KNOWN, "") if held else ""
    if not asked and not written:
        return ""
    subject = f"The question seems to be in {asked}" if asked else f"The articles nearest to it seem to be in {written}"
    if asked and asked == written:
        subject = f"The question and the articles nearest to it seem to be in {asked}"
    elif asked and written:
        subject += f", and the articles nearest to it in {written}"
    return (
        f"{subject}, and the models that come with Footnote know {KNOWN} alone: what is not found may be there all the"
        " same. `footnote reindex --model` moves the library to a multilingual one."
    )


def _by_script(text: str) -> str:
    """Tell by the script of most words: a name in another one is no language."""
    letters = [token.text[0] for token in tokens(clean(text)) if token.text[0].isalpha()]
    counts = Counter(name for letter in letters if (name := unicodedata.name(letter, "").split(" ")[0]) in _SCRIPTS)
    if 2 * counts.total() <= len(letters):
        return ""
    return "Japanese" if re.search("[\u3040-\u30ff]", text) else _SCRIPTS[counts.most_common(1)[0][0]]


def _by_words(words: Sequence[str]) -> str:
    """Return the language with the most of its small words, when that is two, a fifth, and clearly the most.

    A long one that it alone has is enough where it comes first: "Pourquoi …".
    """
    opening = [language for language, small in _WORDS.items() if words and words[0] in small]
    if len(opening) == 1 and len(words[0]) >= _TELLING:
        return opening[0]
    counts = Counter({language: sum(word in small for word in words) for language, small in _WORDS.items()})
    (first, most), (_, second) = counts.most_common(2)
    least = max(2, len(words) / 6)
    return first if most >= least and (most >= second + 2 or (most > second and len(words) <= 8)) else ""

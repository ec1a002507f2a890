"""Who signed an article: the people in what a page, a tag or a line under the title says of its authors."""

import re

from footnote.corpus.text import fold, one_line

MAX_AUTHORS = 8

_BY = r"""(?:(?:an?\ )?(?:article|analysis|report|story|words|text)\ (?:and\ \w+\ )?)?by
  |(?:written|posted|published|submitted|reported|created|compiled|edited|reviewed)\ (?:on\ .{4,30}\ )?by
  |(?:view|see|show|read)\ (?:all\ )?(?:posts|articles|stories)\ (?:by|from)
  |(?:posts|articles|more)\ (?:by|from)|(?:alles|mehr(?:\ (?:artikel|beiträge))?)\ von|author(?:\ of\ this\ post)?|about
  |(?:(?:ein\ )?(?:artikel|beitrag|text|bericht|kommentar|interview|gastbeitrag|analyse|kolumne)\ )?von
  |(?:veröffentlicht|erstellt|geschrieben|verfasst|gepostet|publiziert|eingestellt|eingetragen|gesendet)
   (?:\ am\ .{4,30})?\ (?:von|durch)
  |(?:zeige\ |siehe\ )?alle\ (?:beiträge|artikel)\ (?:von|anzeigen)|autor(?:in|en)?|verfasser(?:in)?|redakteur(?:in)?
  |(?:(?:publié|rédigé|écrit|posté|proposé)e?\ (?:le\ .{4,30}\ )?)?par|propos\ recueillis\ par|auteure?
  |(?:(?:escrito|publicado|redactado|enviado|subido)\ (?:el\ .{4,30}\ )?)?por|autora?
  |(?:(?:scritto|pubblicato|postato|inserito)\ (?:il\ .{4,30}\ )?)?(?:da|di)|a\ cura\ di|autore|autrice
  |(?:geplaatst|geschreven|gepubliceerd|gepost)?\ ?door|auteur|skrivet\ av|av|skrevet\ av|af|napisał|autor\ tekstu
  |vom|von\ der|(?:interview|text|reportage|protokoll|gespräch|recherche|texte|testo|texto)(?=:)
  |文\s?[/／·]|作者|記者|记者|撰稿|来源"""
_PREFIX = re.compile(rf"(?:{_BY})(?:\s*[:：]\s*|\s+)", re.IGNORECASE | re.VERBOSE)
_CREDIT = re.compile(
    r"(?i)(?:autor(?:in|en|[aei]s?)?|auteure?s?|authors?|verfasser(?:in)?|(?:written|posted) by|text(?: von)?)"
    r"(?:\s*[:：]\s*|\s+)(?=[A-ZÀ-Þ])"
)
_WITHIN = re.compile(r"(?:^|[\s|,·•–-])"
                     r"(?:by|von|vom|par|por|door|redaktion:|autor(?:in)?:|author:|auteur:|autore:|text:|a cura di"
                     r"|di)\s+"
                     r"(?=[A-ZÀ-Þ])", re.IGNORECASE)  # fmt: skip
_PICTURE = re.compile(r"(?i)foto|photo|bild|image|picture|illustration|graphic|grafik|video|credit|quelle|source")
_TAIL = re.compile(
    r"(?s)\s+[|·•/»›→]\s*.*|\s*[|•·»›→].*|\s\(.*|\s*[(\[@<].*|\s+\d.*"
    r"|,?\s+(?:on|at|in|from|From|for|For|via|with|published|updated|posted|am|um|aus|für|in|zuletzt|veröffentlicht|le|à|au|aux"
    r"|el|en|desde|para|il|alle|mit|a|op|te|om|em|às|is)\s+(?!and\b|und\b).*"
)
_DATED = re.compile(
    r"(?is)\s+(?:veröffentlicht|stand|search|follow|(?:hace|vor|le)(?=\s+\d)|publiziert|shares?|read|datum|published|updated|posted|modified|erstellt"
    r"|aktualisiert|zuletzt|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|lesezeit|leave|uhr|profil"
    r"|twitter|facebook|linkedin|instagram|mastodon|email|e-mail|rss)\b.*|\s+(?:foto|photo|bild|quelle|source|text)s?:.*|\s+(?:illustrationen?|fotos?|photos?|bilder)\s+(?:von|by|par|por)\s.*|[,\s]+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|[,\s]+(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag"
    r"|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b.*"
    r"|[,\s]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d.*"
)
_SPLIT = re.compile(
    r"\s*(?:;|\||、|，|／|·|\n)\s*|\s*,\s*(?:and|und|et|y)\s+|\s*,\s*|\s+/\s+|\s*&\s*|\s+(?:and|And|AND|und|Und|UND|et|y|och|og|oraz)\s+"
    r"|\s+(?:im Gespräch mit|in conversation with|en conversación con|en conversation avec)\s+"
)
_DASH = re.compile(r"\s+[–—-]+\s+|\s+[–—-]+$|^[–—-]+\s+")
_JOINERS = {"it": re.compile(r"\s+e\s+"), "pt": re.compile(r"\s+e\s+"), "nl": re.compile(r"\s+en\s+")}
"""What joins two names in some languages, and is something else in others."""
_NOBODY = frozenset(
    """no author|no byline|unknown|unknown author|admin|administrator|adminuser|site admin|webmaster|web master
    |super user|superuser|user|guest|gast|anonymous|anonym|n/a|na|none|null|undefined|author|authors|autor|autoren|by
    |staff|editor|editors|editorial|editorial staff|editorial team|editorial board|the editors|staff writer
    |staff writers|staff reporter|staff reports|newsroom|news desk|newsdesk|web desk|online desk|desk
    |news service reports|contributor|contributors|agencies|agency|redaktion|die redaktion|online-redaktion
    |redaktionsteam|redaction|redacción|redaccion|la redacción|redazione|la redazione|rédaction|la rédaction|redactie
    |de redactie|redação|da redação|redakcja|team|our team|root|test|default|login|log in|sign in|anmelden|wordpress
    |wordpressadmin|blogger|home|about|contact|kontakt|impressum|share|follow|comments|kommentare|profile|profil
    |website|mehr|more|read more|about the author|über den autor|weitere artikel|posted|published|written|gastautor
    |veröffentlicht|stand|search|suche|datum|von|text|interview|foto|photo|alle artikel|alle beiträge|alle posts
    |letzte aktualisierung|gesponserte inhalte|human|january|february|march|april|june|july|august|september|october
    |november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag
    |freitag|samstag|sonntag|januar|februar|märz|mai|juni|juli|oktober|dezember|by-sa|cc by-sa|gastbeitrag
    |guest author|guest post|name|e-mail|email|press release|pressemitteilung|pressestelle|webteam"""
    .replace("\n", "").replace("    |", "|").split("|")
)  # fmt: skip
_ROLE = re.compile(
    r"(?i)\b(?:correspondents?|reporters?|editors?|writers?|journalists?|columnists?|contributors?|contributing|staff|bureau"
    r"|chief|director|professor|analysts?|producers?|photographers?|interns?|fellow|lecturer|researcher|ph\.?d|m\.?d|r\.?d"
    r"|mba|msc|redakteur(?:in)?|korrespondent(?:in)?|reporterin|chefredakteur(?:in)?|ressortleiter(?:in)?|journalistin"
    r"|volontär(?:in)?|mitarbeiter(?:in)?|journaliste|correspondante?|envoyée? spéciale?|rédacteur|rédactrice"
    r"|periodista|corresponsal|redactora?|enviad[oa] especial|giornalista|corrispondente|inviat[oa]|redattore"
    r"|redattrice|jornalista|correspondente|repórter|verslaggever|redacteur|ministerin?|präsident(?:in)?|\w*leiter(?:in)?|\w*expert(?:e|in))\b"
)
_ROLE_FIRST = re.compile(
    r"(?i)(?:[A-ZÀ-Þ][\w-]*)?(?:redakteur|reporter|korrespondent|journalist|autor|expert|volontär|editor|correspondent"
    r"|périodiste|periodista|journaliste|giornalista|verslaggever)(?:in|e|a)? (?=[A-ZÀ-Þ][\w.’'-]+ [A-ZÀ-Þ])"
)
_PARTICLES = frozenset(
    """von van der den de la le du di da do dos das del della y e i el al bin ibn ten ter zu zur vom af av und and et
    """.split()
)
_LEFT_OVER = re.compile(r"\s+(?:on|at|am|um|le|el|il|op|em|às|published|posted)$")
_OURS = re.compile(
    r"(?:our|onze|unser\w{0,2}|notre|nuestr[oa]|(?:il )?nostro|(?:la )?nostra|noss[oa]) "
    r"(?:[\w-]+ ){1,2}?(?=[A-ZÀ-Þ]\S+ [A-ZÀ-Þa-z])"
)
_NO_PERSON = re.compile(
    r"(?i)https?:|www\.|@|\.(?:com|net|org|info|de|at|ch|fr|es|it|nl|uk|pl|eu|io|tv|br|pt|jp|cn|be|se|no|dk)\b"
    r"|\b(?:gmbh|ag|ltd|inc|llc|e\.\s?v|verlag|press|verband|stiftung|ministerium|agentur|agency|redaktion|news|media"
    r"|magazine?|zeitung|tv|radio|minuten?|minutes?|min|uhr|cookies?|copyright|kommentare?|comments?|uploaded|teilen"
    r"|program(?:me)?|institute?|posts)\b|©"
)
_INITIAL = re.compile(r"\b(?:[A-Z]|Jr|Sr)\.$")
_STARTS = re.compile(r"(?:in|am|im|bei|mit|alle|zu|auf|foto|photo|bild|fotos|image|illustration|co)\b", re.IGNORECASE)


def names_in(value: str, publisher: str = "", language: str = "") -> tuple[str, ...]:
    """Return the people that ``value`` names as authors, without "by", roles, places and dates.

    ``publisher`` is never an author. ``language`` is the page's: an Italian "e" joins two names.
    """
    parts = [part for part in _SPLIT.split(without_by(one_line(value, 400))) if part]
    if joiner := _JOINERS.get(language[:2].lower()):
        parts = [piece for part in parts for piece in joiner.split(part)]
    names: list[str] = []
    for part in parts:
        pieces = (name for piece in _DASH.split(part) if (name := _name(piece)) and fold(name) != fold(publisher))
        if (name := next(pieces, "")) and name not in names:
            names.append(name)
    if len(names) > 2 and " " not in names[0]:  # "Wind, Water, Old Port": topics
        return ()
    if names and " " in names[0]:  # "By Ann Lee, Oslo": where, not who
        names = [name for name in names if " " in name]
    return tuple(names[:MAX_AUTHORS])


def without_by(value: str) -> str:
    """Return a byline without the "by" that it starts with, in any of the languages that are known."""
    match = _PREFIX.match(value)
    return (match and value[match.end() :]) or value


def is_credited(line: str) -> bool:
    """Tell whether a line says who its author is, as "Autoren A und B" at the end of an article."""
    return bool(_CREDIT.match(line))


def is_signed(line: str) -> bool:
    """Tell whether a line starts as a byline does, and not as a sentence that happens to."""
    return bool(_PREFIX.match(line))


def signed_within(line: str) -> str:
    """Return what follows a "by" in a line as "21 May 2020 by Mira Olsen"; nothing where it signs a picture."""
    match = _WITHIN.search(line)
    return "" if match is None or _PICTURE.search(line[: match.start()]) else line[match.end() :]


def _name(part: str) -> str:
    """Return one person's name; empty where ``part`` is a role, a company, an address or a placeholder."""
    if "@" in part and " " not in part:
        return ""
    part = _ROLE_FIRST.sub("", _OURS.sub("", without_by(part.strip(" \t:-–—*"))))
    part = _TAIL.sub("", _LEFT_OVER.sub("", _DATED.sub("", part)))
    part = part.strip(' \t,:;-–—*|·•"“”')
    part = part if _INITIAL.search(part) else part.strip(".")
    words = part.split()
    if not words or len(words) > 5 or len(part) > 60 or part.casefold() in _NOBODY or _STARTS.match(part):
        return ""
    if _NO_PERSON.search(part) or _ROLE.search(part) or not any(map(str.isalpha, part)):
        return ""
    if len(words) == 1:
        return part
    is_named = all(not word[0].islower() or word in _PARTICLES or "’" in word or "'" in word for word in words)
    if not is_named or words[-1][0].islower() or any(map(str.isdigit, part)):
        return ""
    return part.title() if part.isupper() and part.isascii() else part

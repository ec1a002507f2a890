"""What a page's tree is made into before the article is looked for: each step mends one thing that pages do."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from footnote.corpus.readers.html.hidden import drop
from footnote.corpus.readers.html.prose import Block, has, is_within, named, prose, size, text_of
from footnote.corpus.text import raised

_TABLE_PARTS = ("tbody", "thead", "tfoot", "tr", "td", "th")
_REFERENCE = re.compile(r"\[?[\d*†‡]{1,3}\]?")
_SUPER = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_IN_LINE = frozenset("mrow mn mi mo mtext mstyle mspace semantics msup".split())
_RAISED_NAMES = frozenset({"sup", "super", "superscript"})
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_CONSENT_TAGS = frozenset(
    """amp-consent amp-user-notification amp-sidebar amp-lightbox amp-ad amp-sticky-ad amp-embed amp-app-banner
    amp-next-page amp-analytics""".split()
)
_CONSENT_NAMES = re.compile(
    r"(?i)cookie|consent|gdpr|dsgvo|rgpd|ccpa|lgpd|onetrust|didomi|usercentrics|sourcepoint|(?:^|[\s_-])cmp(?:$|[\s_-])"
)
_LONGEST_NOTICE = 3_000
_OFFER_NAMES = re.compile(r"paywall|pay-wall|regwall|piano|subscription|subscribe|tp-container|metered", re.IGNORECASE)
_OFFER = re.compile(
    r"""(?ix)\b(?:subscribe\ (?:now|today|here|to\ (?:read|continue|unlock|keep|get))|subscribers\ only
      |already\ (?:a\ |an\ )?(?:subscriber|subscribed|member|have\ an?\ (?:account|subscription))
      |(?:sign|log)\ in\ to\ (?:read|continue|keep)|(?:to|and)\ (?:continue\ reading|read\ the\ (?:full|rest|whole))
      |continue\ reading\ (?:with|for)
      |unlock\ this\ (?:article|story)|start\ your\ (?:free\ )?trial|(?:is|are)\ (?:for|reserved\ for)\ subscribers
      |jetzt\ (?:abonnieren|weiterlesen|testen|freischalten)|(?:bereits|schon)\ (?:abonnent|registriert|kunde)
      |um\ (?:weiterzulesen|diesen\ (?:artikel|beitrag))|nur\ für\ abonnenten
      |abonnez[- ]vous|déjà\ abonné|réservée?s?\ aux\ abonnés|pour\ lire\ la\ suite|pour\ continuer\ (?:à|la)\ lire
      |suscr[ií]b[ea](?:te|se)|ya\ (?:eres|soy)\ suscriptor|para\ suscriptores|para\ seguir\ leyendo
      |abbonati\ (?:ora|subito|per|a)|sei\ già\ abbonat|riservato\ agli\ abbonati|per\ continuare\ a\ leggere
      |(?:assine|subscreva|torne-se\ assinante)\ (?:agora|já|para|e|o)|já\ é\ assinante|para\ assinantes
      |(?:neem\ een|kies\ (?:je|een))\ abonnement|(?:al|bent\ u)\ abonnee|alleen\ voor\ abonnees|word\ abonnee
      |lees\ verder\ (?:met|voor)
      )\b|有料会員|会員限定|この記事は.{0,12}会員|订阅后|訂閱後"""
)
_PRICE = re.compile(r"(?i)\d.{0,60}(?:€|\$|£|\b(?:euros?|cents?|dollars?|pounds?|francs?|kr)\b|円)|[€$£]\s?\d")
_LONGEST_OFFER = 600
_CLOCK = re.compile(r"(?i)\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?(?:[ap]\.?m\.?|uhr|h|[A-Z]{2,4}))?(?: [A-Z]{2,4})?")


def tidy(root: HtmlElement) -> None:
    """Make of a page, in place and with what is hidden removed, what an extractor takes no harm from."""
    remove_notices(root)
    remove_offers(root)
    keep_raised(root)
    unwrap_layout(root)
    unname_frames(root)
    keep_times(root)


def show_noscript(root: HtmlElement) -> None:
    """Make plain divisions of ``noscript`` elements when the page's running text stands in them."""
    boxes = [box for box in islice(root.iter("noscript"), 200) if box.getparent() is not None]
    within = sum(size(prose(box)) for box in boxes if not is_within(box, "noscript", "head"))
    if not within:
        return
    outside = size([block for block in prose(root) if not is_within(block.element, "noscript")])
    if within > outside:
        for box in boxes:
            box.tag = "div"


def remove_notices(root: HtmlElement) -> None:
    """Remove what asks for consent to cookies."""
    for element in [*root.iter()]:
        if element.tag in _CONSENT_TAGS or (
            _CONSENT_NAMES.search(named(element))
            and element.tag not in ("html", "body", "p")
            and not has(element, "h1", "article", "main")
            and len(text_of(element, _LONGEST_NOTICE)) < _LONGEST_NOTICE
        ):
            drop(element)


def remove_offers(root: HtmlElement) -> None:
    """Remove offers of a subscription: the box with all in it, or the line and the prices beside it."""
    for element in [*root.iter("div", "section", "aside", "p", "h2", "h3", "h4", "li", "strong")]:
        words = text_of(element, _LONGEST_OFFER) if element.getparent() is not None else ""
        if not 0 < len(words) < _LONGEST_OFFER or not _OFFER.search(words):
            continue
        if len(words) > 300 and not _OFFER_NAMES.search(named(element)):
            continue
        box = _box_of(element)
        for beside in (*islice(box.itersiblings(preceding=True), 1), *islice(box.itersiblings(), 2)):
            words = text_of(beside, 200)
            if len(words) < 120 and (_PRICE.search(words) or _OFFER.search(words)):
                drop(beside)
        drop(box)


def _box_of(offer: HtmlElement) -> HtmlElement:
    """Return the largest element around an offer that holds little else."""
    box, size_ = offer, len(text_of(offer, _LONGEST_OFFER))
    for parent in islice(offer.iterancestors(), 5):
        words = text_of(parent, _LONGEST_OFFER)
        others = len(words) - size_
        if parent.tag not in ("div", "section", "aside", "form", "ul") or others > min(200, 2 * size_):
            break
        if has(parent, "h1", "article", "main"):
            break
        box = parent
    return box


def keep_raised(root: HtmlElement) -> None:
    """Write exponents and indices as Unicode has them, that 10 to the 6th is not read as 106; marks of notes go."""
    for element in _standing([*filter(_is_raised, root.iter())]):
        words = "".join(element.itertext()).strip()
        if _REFERENCE.fullmatch(words) and (words.startswith("[") or has(element, "a")):
            element.drop_tree()
        elif (written := raised(words, _before(element))) != words:
            _write(element, written)
    for formula in [*root.iter("math")]:
        parts = [*formula.iterdescendants()]
        if all(part.tag in _IN_LINE for part in parts):  # any other has parts over each other
            for part in [*parts, formula]:
                part.drop_tag()
    for lowered in _standing([*root.iter("sub")]):
        words = "".join(lowered.itertext()).strip()
        if _before(lowered)[-1:].isdigit() and any(character.isdigit() for character in words):
            _write(lowered, words.translate(_LOWERED) if all(ord(sign) in _LOWERED for sign in words) else f"_{words}")


def _standing(elements: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield those that are still in the page when their turn comes: not in another one, which is written by then."""
    return (element for element in elements if element.getparent() is not None)


def _is_raised(element: HtmlElement) -> bool:
    """Tell what is raised by its tag, style or name, and the exponent of a formula in MathML."""
    if element.tag == "sup" or _SUPER.search(element.get("style", "")):
        return True
    parent = element.getparent()
    is_exponent = parent is not None and parent.tag == "msup" and element.getprevious() is not None
    return is_exponent or not _RAISED_NAMES.isdisjoint(element.get("class", "").lower().split())


def _write(element: HtmlElement, words: str) -> None:
    del element[:]
    element.text = words
    element.drop_tag()


def _before(element: HtmlElement) -> str:
    if (previous := element.getprevious()) is not None:
        return previous.tail or "".join(map(str, previous.itertext()))
    return "" if (parent := element.getparent()) is None else parent.text or ""


def unwrap_layout(root: HtmlElement) -> None:
    """Make plain divisions of tables that lay out a page: those with another table or paragraphs in a cell."""
    for table in [*root.iter("table")]:
        parts = [
            part for part in table.iterdescendants(*_TABLE_PARTS) if next(part.iterancestors("table"), None) is table
        ]
        cells = [part for part in parts if part.tag in ("td", "th")]
        if any(len([*islice(cell.iter("p", "table"), 2)]) > 1 or has(cell, "table") for cell in cells):
            for part in [table, *parts]:
                part.tag = "div"


def unname_frames(root: HtmlElement) -> None:
    """Take the names from what holds the article and is called comments or the like; posts in figures are divisions."""
    for frame in root.iter("div", "section", "form"):
        if "comment" in named(frame).lower() and has(frame, "h1", "article", "main"):
            frame.attrib.pop("class", None)
            frame.attrib.pop("id", None)
    for figure in root.iter("figure"):
        if has(figure, "blockquote"):
            figure.tag = "div"
            figure.attrib.pop("class", None)


def keep_times(root: HtmlElement) -> None:
    """Make paragraphs of the times of day that stand over the entries of a live report."""
    entries: dict[tuple[str, str], list[tuple[HtmlElement, HtmlElement]]] = {}
    for element in islice(root.iter("time", "span", "p", "div", "strong", "b", "a", "small"), 20_000):
        words = text_of(element, 30)
        if len(element) < 3 and len(words) < 20 and _CLOCK.fullmatch(words):
            entry = next(_entries(element), None)
            if entry is not None and has(entry, "p"):
                entries.setdefault((entry.tag, entry.get("class", "")), []).append((entry, element))
    for same in entries.values():
        firsts = dict(reversed(same))
        for entry, element in firsts.items() if len(firsts) > 1 else ():
            stamp = entry.makeelement("p")
            stamp.text = text_of(element, 30)
            drop(element)
            stamp.tail, entry.text = entry.text, None
            entry.insert(0, stamp)


def _entries(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield what may be the entry that a time stands over: the nearest element with another of its kind beside it."""
    for ancestor in islice(element.iterancestors("div", "section", "article", "li"), 6):
        beside = (*ancestor.itersiblings(ancestor.tag), *ancestor.itersiblings(ancestor.tag, preceding=True))
        if any(other.get("class", "") == ancestor.get("class", "") for other in beside):
            yield ancestor


def join_pieces(kept: Sequence[Block], missed: Sequence[Block]) -> bool:
    """Put the pieces of an article that was laid out in several boxes into the first of them; tell if there are any.

    Pieces are boxes in one article that share a name, as when an advertisement stands between them.
    """
    homes = list(dict.fromkeys(home for block in kept if (home := block.element.getparent()) is not None))[:200]
    strays = list(dict.fromkeys(box for block in missed if (box := block.element.getparent()) is not None))[:200]
    order = {block.element.getparent(): n for n, block in reversed([*enumerate([*kept, *missed])])}
    pieces: dict[HtmlElement, list[HtmlElement]] = {}
    for stray in strays:
        home = next((home for home in homes if stray is not home and _same_piece(home, stray)), None)
        if home is not None:
            pieces.setdefault(home, [home]).append(stray)
    for boxes in pieces.values():
        first, *others = sorted(boxes, key=order.__getitem__)
        for child in [child for box in others for child in box]:
            first.append(child)
    return bool(pieces)


def _same_piece(one: HtmlElement, other: HtmlElement) -> bool:
    articles = [next(each.iterancestors("article", "main", "body"), None) for each in (one, other)]
    return (
        one.tag == other.tag
        and not set(one.get("class", "").split()).isdisjoint(other.get("class", "").split())
        and one not in other.iterancestors()
        and other not in one.iterancestors()
        and articles[0] is articles[1]
    )

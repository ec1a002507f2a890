"""The style sheets within a page: which declarations hold for an element, as far as plain selectors say it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, islice

from lxml.html import HtmlElement

from footnote.corpus.readers.html.prose import is_within

_MAX_SHEETS, _MAX_RULES, _MAX_TESTED, _MAX_DEPTH = 50, 20_000, 400, 60
_COMPOUND = re.compile(r"(?:[a-z][a-z0-9-]*|\*)?(?:[.#][\w-]+)*", re.IGNORECASE)
_PART = re.compile(r"[.#]?[\w-]+")
_OTHER_MEDIA = re.compile(r"\b(?:print|speech|aural|braille|embossed|handheld|projection|tty|tv)\b")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?")
_CHILD = re.compile(r"\s*>\s*")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BLOCK_EDGE = re.compile(r"[{}]")

_Called = tuple[str, str, str]  # an element's tag, classes and id
Compound = frozenset[str]  # what one element must have: a tag, ``.class`` and ``#id``; all of them


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a style sheet: groups of compounds from the outermost in, its weight, and what it declares.

    Within a group each compound is the parent of the next; the last one of the last group is the element's own.
    """

    groups: tuple[tuple[Compound, ...], ...]
    weight: tuple[int, int, int, int]
    declared: Mapping[str, str]

    @property
    def own(self) -> Compound:
        """What the element itself must have."""
        return self.groups[-1][-1]


class Styles:
    """The style sheets of a page."""

    def __init__(self, root: HtmlElement, properties: frozenset[str]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._fitting = cache(self._fit)
        self._line = cache(self._names_to)
        for rule in islice(_rules(root, properties), _MAX_RULES):
            names = sorted(rule.own, key=lambda name: ("#.".find(name[0]), name), reverse=True)
            self._rules.setdefault(names[0] if names else "*", []).append(rule)

    def of(self, element: HtmlElement) -> Mapping[str, str]:
        """Return the properties that hold for an element; its own ``style`` wins, but over what is marked important."""
        rules, plain = self._fitting(_called(element))
        own = element.get("style", "")
        if plain is not None and not own:
            return plain
        fitting = (rule for rule in rules if self._stands_within(element, rule))
        return _cascade(fitting, declarations(own) if own else {})

    def _stands_within(self, element: HtmlElement, rule: Rule) -> bool:
        """Tell whether the outer compounds of a rule stand around an element, the innermost first."""
        outer = [*chain(*rule.groups)][:-1]
        parent = element.getparent()
        around = self._line(parent) if outer and parent is not None else frozenset()
        if not all(compound <= around for compound in outer):  # which spares most elements the walk
            return False
        ancestors = islice(element.iterancestors(), _MAX_DEPTH) if outer else ()
        line = [rule.own, *(_names(_called(ancestor)) for ancestor in ancestors)]
        at = -1
        for group in reversed(rule.groups):
            starts = range(at + 1, len(line) - len(group) + 1) if at >= 0 else range(1)
            found = next((n for n in starts if _is_group(group, line[n : n + len(group)])), None)
            if found is None:
                return False
            at = found + len(group) - 1
        return True

    def _names_to(self, element: HtmlElement) -> Compound:
        """Return every name that an element, or any around it, has."""
        parent = element.getparent()
        return _names(_called(element)) | (frozenset() if parent is None else self._line(parent))

    def _fit(self, called: _Called) -> tuple[list[Rule], Mapping[str, str] | None]:
        """Return the rules that elements called so may have, weightiest last; if they surely do, also what holds."""
        names = _names(called) if self._rules else frozenset()
        rules = [rule for name in (*names, "*") for rule in self._rules.get(name, ()) if rule.own <= names]
        rules = sorted(rules, key=lambda rule: rule.weight)[-_MAX_TESTED:]
        return rules, _cascade(rules, {}) if all(rule.groups == ((rule.own,),) for rule in rules) else None


def _cascade(rules: Iterable[Rule], own: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    important: dict[str, str] = {}
    for declared in (*(rule.declared for rule in rules), own):
        for name, value in declared.items():
            (important if value.endswith("!important") else found)[name] = value
    return {name: value.removesuffix("!important").rstrip() for name, value in {**found, **important}.items()}


def declarations(style: str) -> dict[str, str]:
    """Return the properties of a style in lower case; of two with one name, the later."""
    found = {}
    style = _COMMENT.sub("", style[:4_000].lower())
    if "\\" in style:
        style = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16) % 0x110000), style)
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = re.sub(r"\s?!\s?important$", "!important", " ".join(value.split()))
    return found


def _rules(root: HtmlElement, properties: frozenset[str]) -> Iterator[Rule]:
    order = count()
    for sheet in islice(root.iter("style"), _MAX_SHEETS):
        if not is_for_screens(sheet.get("media", "")) or is_within(sheet, "noscript"):
            continue
        for selectors, style in islice(rules_of(sheet.text or ""), _MAX_RULES):
            declared = {name: value for name, value in declarations(style).items() if name in properties}
            for selector in selectors.split(",") if declared else ():
                if groups := _groups(selector):
                    yield Rule(groups, _weight(groups, next(order)), declared)


def _groups(selector: str) -> tuple[tuple[Compound, ...], ...]:
    """Return the compounds of a plain selector; nothing where it asks for more than tags, classes and ids."""
    groups = [group.split(">") for group in _CHILD.sub(">", selector.strip()).split()]
    words = [word for group in groups for word in group]
    if not 0 < len(words) < 10 or not all(word and _COMPOUND.fullmatch(word) for word in words):
        return ()
    return tuple(tuple(map(_compound, group)) for group in groups)


def _compound(word: str) -> Compound:
    return frozenset(part if part[0] in ".#" else part.lower() for part in _PART.findall(word))


def _is_group(group: tuple[Compound, ...], line: Sequence[Compound]) -> bool:
    """Tell whether elements, the innermost first, have what a group asks for."""
    return len(line) == len(group) and all(map(frozenset.issubset, reversed(group), line))


def _weight(groups: tuple[tuple[Compound, ...], ...], order: int) -> tuple[int, int, int, int]:
    names = [name for compound in chain(*groups) for name in compound]
    ids, classes = (sum(name[0] == mark for name in names) for mark in "#.")
    return ids, classes, len(names) - ids - classes, order


def _called(element: HtmlElement) -> _Called:
    return element.tag, element.get("class", ""), element.get("id", "")


def _names(called: _Called) -> Compound:
    tag, classes, identity = called
    own = [f"#{identity.strip()}"] if identity.strip() else []
    return frozenset((tag, *(f".{name}" for name in classes.split()[:50]), *own))


def is_for_screens(media: str) -> bool:
    """Tell whether a style sheet for ``media`` counts where pages are read."""
    media = media[:500].lower()
    return not _OTHER_MEDIA.search(media) or any(word in media for word in ("screen", "all", "not "))


def rules_of(sheet: str) -> list[tuple[str, str]]:
    """Return selectors and declarations of a style sheet; of at-rules, those that hold on any screen."""
    return [*_rules_in(_COMMENT.sub("", sheet), 0)]


def _rules_in(sheet: str, depth: int) -> Iterator[tuple[str, str]]:
    position = 0
    while (opening := sheet.find("{", position)) >= 0:
        selectors = sheet[position:opening].rpartition(";")[2].strip()
        closing = _block_end(sheet, opening)
        inner = sheet[opening + 1 : closing]
        if not selectors.startswith("@"):
            yield selectors, inner
        elif depth < 3 and _always(selectors.lower()):
            yield from _rules_in(inner, depth + 1)
        position = closing + 1


def _always(at_rule: str) -> bool:
    name, _, condition = at_rule.partition(" ")
    on_screens = condition.strip() in ("screen", "all", "only screen")
    return name in ("@layer", "@supports") or (name == "@media" and on_screens)


def _block_end(sheet: str, opening: int) -> int:
    """Return where the block that opens at ``opening`` closes, other blocks within it passed over."""
    depth = 0
    for match in _BLOCK_EDGE.finditer(sheet, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(sheet)

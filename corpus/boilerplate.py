"""Page furniture: what stands in an article's text and is no part of what it says.

It stays in the stored text, so that offsets count in what the source held, and is never quoted as an answer.
"""

import re

from footnote.corpus.readers.plain_text import read_head
from footnote.corpus.text import Span, paragraphs

_LONGEST = 400
_PHRASES = re.compile(
    r"""(?isx)(?:comments\ are\ closed|(?:leave|post|add)\ a\ comment|\d+\ comments?
      |advertisement|sponsored|continue\ reading.*|story\ continues\ below.*
      |share\ (?:this|on\ (?:x|twitter|facebook|linkedin|whatsapp))\b.*|(?:print|tweet)\ this.*
      |(?:like|follow)\ us\ on\b.*|follow\ @?\w+(?:\ \w+){0,3}\ on\ (?:x|twitter|facebook)\b.*
      |sign\ up\ (?:for|to|here)\b.*|subscribe(?:\ (?:to|for|now|today|here)\b.*)?|support\ our\ journalism.*
      |(?:related|recommended)(?:\ (?:stor(?:y|ies)|articles?|coverage|reading|links?|news|content|topics?))?\s*:.*
      |(?:read\ more|see\ also|more\ on\ this|also\ read|read\ also|read\ next)(?:\s*:.*)?
      |(?:photo|image|video|credit|photograph|caption)(?:\ (?:by|credit))?\s*:.*
      |(?:©|(?:\(c\)|copyright)\ (?:©|\(c\)|\d{4}|by\b)).*|all\ rights\ reserved.*
      |(?:this|a\ version\ of\ this)\ (?:article|story|piece)\ (?:was\ )?(?:originally|first|also)?\ ?
        (?:appear(?:s|ed)|published|ran)\b.*
      |click\ here.*|back\ to\ top|skip\ to\ (?:main\ )?(?:content|navigation)|next\ article.*
      |most\ (?:read|popular)(?:\ (?:stories|articles|now|today))?:?)[.!]?"""
)
_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*){1,3}"
_CREDIT = re.compile(
    rf"\bcontributed (?:reporting|to this (?:report|article|story))\b"
    rf"|^{_NAME}(?:,? and {_NAME})* reported from [A-ZÀ-Þ]"
    rf"|^\(?(?:(?:[Aa]dditional )?[Rr]eporting|[Ee]diting|[Ww]riting) by {_NAME}(?:$|[;,.)]| in | and |;)"
)
_CREDITS_WITHIN = 4
_SUBHEADING = re.compile(r"[A-Z][\w’'-]*(?: [\w’'-]+){1,7}\??")
"""A line of a few words without a stop between two paragraphs; a list's items start with a bullet or a number."""


def furniture(text: str, title: str = "") -> tuple[Span, ...]:
    """Return the spans of page furniture in ``text``, in order and apart: head, captions, links, headings, credits."""
    blocks = list(paragraphs(text))
    found = set(read_head(text, title).furniture)
    for n, span in enumerate(blocks):
        if span.end - span.start > _LONGEST:
            continue
        block = text[span.start : span.end]
        near_end = n >= len(blocks) - _CREDITS_WITHIN
        is_credit = near_end and len(blocks) > 2 and _CREDIT.search(block)
        is_subheading = 0 < n < len(blocks) - 1 and _SUBHEADING.fullmatch(block)
        if is_credit or is_subheading or _PHRASES.fullmatch(block):
            found.add(span)
    return tuple(sorted(found))

"""Page furniture: what stands in an article's text and is no part of what it says.

It stays in the stored text, so that offsets count in what the source held, and is never quoted as an answer.
"""

from __future__ import annotations

import re

from corpus.head import read_head
from corpus.text import Span, paragraphs

_LONGEST = 400
_PHRASES = re.compile(
    r"""(?:comments\ are\ closed|(?:leave|post|add)\ a\ comment|\d+\ comments?
      |advertisement|sponsored|continue\ reading.*|story\ continues\ below.*
      |share\ (?:this|on).*|print\ this.*|tweet\ this.*|(?:like|follow)\ us\ on.*
      |follow\ @?\w+(?:\ \w+){0,3}\ on\ (?:x|twitter|facebook).*
      |sign\ up\ (?:for|to|here).*|subscribe.*|support\ our\ journalism.*
      |(?:related|read\ more|see\ also|more\ on\ this|recommended|also\ read|read\ also|read\ next)(?:\ \w+)?\s*:.*
      |(?:photo|image|video|credit|photograph|caption)(?:\ (?:by|credit))?\s*:.*
      |(?:©|\(c\)|copyright\b).*|all\ rights\ reserved.*
      |(?:this|a\ version\ of\ this)\ (?:article|story|piece)\ (?:originally|first|was\ originally|appear).*
      |click\ here.*|back\ to\ top|skip\ to.*|next\ article.*|most\ (?:read|popular).*)[.!]?""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CREDIT = re.compile(
    r"\bcontributed (?:reporting|to this (?:report|article|story))\b|\breported from\b.*\band\b.*\bfrom\b"
    r"|^(?:reporting|editing|writing|additional reporting) by\b|^\S+(?: \S+){1,3} reported from [\w ,.]{2,40}$",
    re.IGNORECASE | re.DOTALL,
)
_CREDITS_WITHIN = 4


def furniture(text: str, title: str = "") -> tuple[Span, ...]:
    """Return the spans of page furniture in ``text``, in order and apart: head, captions, links, credits."""
    blocks = list(paragraphs(text))
    found = set(read_head(text, title).furniture)
    for n, span in enumerate(blocks):
        if span.end - span.start > _LONGEST:
            continue
        block = text[span.start : span.end]
        near_end = n >= len(blocks) - _CREDITS_WITHIN
        if _PHRASES.fullmatch(block) or (near_end and len(blocks) > 2 and _CREDIT.search(block)):
            found.add(span)
    return tuple(sorted(found))

"""Which articles a question is about: by date and publisher."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.article import Article
from corpus.dates import first_day, last_day
from corpus.text import fold


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits on the articles an answer may rest on; empty fields do not limit.

    ``after``, ``before`` and ``as_of`` are dates as YYYY, YYYY-MM or YYYY-MM-DD, and include that day. An article
    that is dated to the month or year counts where any of its days would. One without a date is left out as soon
    as a date is asked for: nobody knows on which side it falls. ``told_after`` and ``told_before`` are dates of the
    same kind that were read out of a question's words: they leave articles without a date in.
    """

    after: str = ""
    before: str = ""
    publisher: str = ""
    as_of: str = ""
    told_after: str = ""
    told_before: str = ""

    def __bool__(self) -> bool:
        return any((self.after, self.before, self.publisher, self.as_of, self.told_after, self.told_before))

    def allows(self, article: Article) -> bool:
        """Tell whether ``article`` is inside the limits."""
        if self.publisher and fold(self.publisher) not in fold(article.publisher):
            return False
        if not article.published:
            return not (self.after or self.before or self.as_of)
        early, late = first_day(article.published), last_day(article.published)
        until = [last_day(limit) for limit in (self.before, self.as_of, self.told_before) if limit]
        since = [first_day(limit) for limit in (self.after, self.told_after) if limit]
        return all(early <= limit for limit in until) and all(late >= limit for limit in since)

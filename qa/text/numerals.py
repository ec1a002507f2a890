"""Numbers in words, and what they are worth: the one table that every reader of figures shares."""

from __future__ import annotations

UNITS: dict[str, int] = {
    word: n
    for n, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
TENS: dict[str, int] = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
SCALES: dict[str, int] = {
    "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
}  # fmt: skip
SMALL: dict[str, int] = {word: n for word, n in UNITS.items() if 1 <= n <= 12}
"""The numbers that running text writes in words: one to twelve."""

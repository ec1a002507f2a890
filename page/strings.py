"""Every word of the interface, in one place."""

from __future__ import annotations

NAME = "Footnote"
TAGLINE = "Answers from these articles, every sentence with its source."
PAGE_TITLE = "Footnote"
NO_SCRIPT = "Footnote needs JavaScript to show its chat."
SKIP = "Skip to the question"

# Asking
WELCOME = "What do you want to know?"
WELCOME_TEXT = (
    "Answers are made of sentences from the collection. Each carries a footnote: open it to see the sentence "
    "in its article. When the articles do not hold the answer, you are told so."
)
SUGGESTIONS = "Try asking"
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask about these articles"
ASK = "Ask"
READING = "Searching the articles"
WRITING = "Writing the answer, and checking each sentence"
STOPPING = "Stopping"
STOP = "Stop"
INTERRUPTED = "This was not answered to the end: the page was closed or reloaded."
UNDERSTOOD = "How the question was understood"
ASKED_AS = "Asked as: {question}"
DROP_CARRY = "Ask again just as typed, without the earlier questions"
TAKEN_AS = "{phrase}: {period}"
DROP_DATES = "Ask again without limits on dates"
WARMING = "Loading the language model. The first answer takes a few seconds longer"
CONVERSATION = "Questions and answers"
YOU_ASKED = "You asked"
NEW_CONVERSATION = "New conversation"
EARLIER_DROPPED = "Earlier questions of this conversation are no longer shown."
ASK_AGAIN = "Ask again"
EDIT_QUESTION = "Edit question"
EMPTY_QUESTION = "Type a question first."
QUESTION_TOO_LONG = "The question has {count:,} characters; the most is {most:,}. Shorten it and ask again."
UNEXPECTED = "Something went wrong while answering; the server's log has the details. Try asking again."

# An answer
FOOTNOTES = "Sources"
FOOTNOTE_LABEL = "Footnote {n}: {source}"
NOT_CONFIRMED = "Not confirmed by its source"
MISMATCH = "Check: {details}"
COPY_ANSWER = "Copy answer"
COPIED = "Copied"
COPY_FAILED = "Could not copy"
FOUND_IN = {1: "From 1 article", 2: "From {count} articles"}
ORIGINS = {1: "1 origin", 2: "{count} origins"}
CONFIDENCE = "confidence {percent}%"
NEWEST = "Newest article used: {date}"
DISAGREEMENT = {"later update": "A later update on “{about}”", "conflict": "The articles differ on “{about}”"}
SIDE = "({date})"
UNDATED = "undated"

# What people say about answers
FEEDBACK = {
    "helpful": "Helpful",
    "not helpful": "Not helpful",
    "wrong citation": "Wrong citation",
    "should have answered": "Should have answered",
}
SAID = {
    "helpful": "helpful",
    "not helpful": "not helpful",
    "wrong citation": "footnote {n} is wrong",
    "should have answered": "should have answered",
}
KEPT = "You said: {what}"
NOTE = "A note, if you like"
SEND = "Send"
CANCEL = "Cancel"
THANKS = "Thank you. This was kept in the library, with the answer."
SAID_BEFORE = "You said that already; it was kept."
NOTE_TOO_LONG = "The note has {count:,} characters; the most is {most:,}. Shorten it and send it again."
NOT_THERE = "That answer is no longer on the server. Ask again."

# To take along
EVIDENCE = "Save evidence"
TAKE_ALL = "This conversation:"
TAKE_MARKDOWN = "Save as Markdown"
TAKE_EVIDENCE = "Save evidence of all"
PRINT = "Print"
EXPORT_TITLE = "Questions to Footnote"

# No answer
NO_ANSWER = "Not in these articles"
NO_ANSWER_TEXT = "The articles in this collection do not answer this question."
NEAREST = "Nearest passages"
NEAREST_TEXT = "They are about something close, but they do not answer it."
PASSAGE_LABEL = "Passage {n}: {source}"

# The source pane
PANE = "Articles and sources"
ARTICLES = "Articles"
ALL_ARTICLES = "All articles"
CLOSE = "Close"
PREVIOUS = {"footnote": "Previous footnote", "passage": "Previous passage"}
NEXT = {"footnote": "Next footnote", "passage": "Next passage"}
POSITION = {"footnote": "Footnote {n} of {count}", "passage": "Passage {n} of {count}"}
ORIGINAL = "Original article"
NEW_WINDOW = "opens in a new window"
COPY_QUOTE = "Copy quote with reference"
BYLINE = "By {authors}"
AUTHOR_SEPARATOR = ", "
LAST_AUTHOR = " and "
NO_TITLE = "Untitled article"
CITED_VERSION = "This is the version that the answer cites. The article has been changed since."
WITHDRAWN = "This article has been withdrawn from the collection since the answer was given."
GONE = "This article is no longer in the collection."
BAD_REQUEST = "This page sent something that the server does not understand. Reload it and try again."

# The collection
COLLECTION = "In this collection"
COUNT = {1: "1 article", 2: "{count:,} articles"}
MORE = "and {count:,} more"
EMPTY = "The collection is empty."
EMPTY_HELP = "Add articles on the command line, then reload this page:"
EMPTY_COMMAND = "footnote add FILE"

# The server
SERVING = "Footnote is at http://{address}:{port}  (Ctrl+C stops it)"
CANNOT_LISTEN = "Cannot serve on {host}, port {port}: {why}. Choose another with --host or --port."

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def plural(forms: dict[int, str], count: int) -> str:
    """Return the form of a counted phrase for ``count``: one, or many."""
    return forms[1 if count == 1 else 2].format(count=count)


def date(published: str) -> str:
    """Write ``2020-05-14`` as ``14 May 2020``, ``2020-05`` as ``May 2020``; anything else stays as it is."""
    parts = published.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return published
    if len(parts) == 1 or not 1 <= int(parts[1][:4]) <= 12:
        return published
    words = [MONTHS[int(parts[1]) - 1], parts[0]]
    return " ".join([str(int(parts[2][:4])), *words] if len(parts) == 3 else words)


def period(after: str, before: str) -> str:
    """Write a range of days, both included, in words: ``11 to 20 May 2020``; an end that is empty is open."""
    if after == before:
        return date(after)
    if not (after and before):
        return f"from {date(after)}" if after else f"to {date(before)}"
    if len(after) == len(before) == 10 and after[:8] == before[:8]:
        return f"{int(after[8:])} to {date(before)}"
    return f"{date(after)} to {date(before)}"

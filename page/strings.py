"""Every word of the interface, in one place."""

import datetime
from typing import Literal

from footnote.corpus.dates import DAYS, MONTHS

Place = Literal["chat", "library", "evaluation"]

NAME = "Footnote"
TAGLINE = "Answers from these articles, every sentence with its source."
SKIP = "Skip to the question"
SKIP_TO_CONTENT = "Skip to the content"
NAVIGATION = "Pages"
PAGES: dict[Place, str] = {"chat": "Chat", "library": "Library", "evaluation": "Evaluation"}

# Conversations
CONVERSATIONS = "Conversations"
SEARCH_CONVERSATIONS = "Search conversations"
HIDE_LIST = "Put the list away"
NO_CONVERSATIONS = "What you ask is kept here."
NO_CONVERSATION_FOUND = "No question or answer has these words."
ALL_CONVERSATIONS = "Show earlier ones"
PINNED = "Pinned"
RECENT = "Recent"
CONVERSATION_MENU = "Rename, pin or delete “{name}”"
RENAME = "Rename"
CONVERSATION_NAME = "Name of the conversation"
SAVE = "Save"
PIN = "Pin"
UNPIN = "Unpin"
DELETE = "Delete"
DELETED = "The conversation was deleted."
UNDO = "Undo"
ANSWERED_AT = "Answered on {date}."
LINKED = "This is one answer, as it was given."
LINK_STALE = "An article that it cites has been changed or withdrawn since."
LINK_FRESH = "What it cites has not changed since."
LINK_GONE = "There is no such answer any more: its conversation was deleted."
LINK_WITHDRAWN = "An article that this answer rests on has been withdrawn from the collection."
ASK_NOW = "Ask again now"
UNREADABLE_TURN = "The answer was kept by another version of Footnote, and cannot be shown. Ask again."
WATCH = "Watch this question"
WATCHED = "Watched questions"
WATCHING = "Watched: it is asked again when articles come in, and you are told what has changed."
WATCH_NONE = "No question is watched. Choose “Watch this question” under an answer, in its menu."
WATCH_LEAVE = "Watch “{question}” no more"
WATCH_FEED = "Atom feed"
WATCH_WAITS = "Not asked yet."
WATCH_SAME = "Unchanged since {date}."
NEWS_ALL = "Everybody's watched questions"
NEWS_ALL_NONE = "No answer has changed for anybody in the last week."
NEWS_FOR = "watched by {owner}"
FEED_ALL = "Atom feed of everybody's"
NEWS = {1: "1 new answer since {date}", 2: "{count:,} new answers since {date}"}
NEWS_BEFORE = "before: {said}"
NEWS_NOW = "now: {said}"
NEWS_DECLINED = "not answered"
FEED_TITLE = "Footnote: watched questions"

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
INTERRUPTED = "This was not answered to the end, because the page was left. Ask again."
UNDERSTOOD = "How the question was understood"
ASKED_AS = "Asked as: {question}"
DROP_CARRY = "Ask again just as typed, without the earlier questions"
TAKEN_AS = "{phrase}: {period}"
COUNTED = "{taken}, counted from the newest article, {newest}"
DROP_DATES = "Ask again without reading dates"
FROM_OUTLET = "only from {publisher}"
DROP_OUTLET = "Ask again of all publishers"
ELSEWHERE = "Nothing from {publisher} itself answers this; these are articles of others."
LIMITED = {
    "after": "from {value} on",
    "before": "until {value}",
    "publisher": "only from {value}",
    "as_of": "as of {value}",
    "tag": "only articles tagged {value}",
    "article": "only “{value}”",
}
DROP_LIMIT = "Ask again without this limit"
LIMITS = "Dates, publisher, collection"
LIMITS_SET = "Limits that are set"
LIMITS_HELP = "Answers rest on articles inside these limits only."
LIMIT_AFTER = "Published from"
LIMIT_BEFORE = "Published until"
LIMIT_PUBLISHER = "Publisher"
ANY_PUBLISHER = "Any publisher"
LIMIT_AS_OF = "As if it were"
LIMIT_TAG = "Collection"
ANY_TAG = "All articles"
ONLY_THIS = "Ask only this article"
LIMIT_NAMES = {
    "after": "from",
    "before": "until",
    "publisher": "only",
    "as_of": "as of",
    "tag": "tagged",
    "article": "only",
}
REMOVE_LIMIT = "Remove this limit"
EDITING = "Changing an earlier question"
STOP_EDITING = "Leave the question as it is"
BAD_DATE = "A date is given as year, month and day, such as 2020-05-14."
WARMING = "Loading the language model. The first answer takes a few seconds longer"
CONVERSATION = "Questions and answers"
YOU_ASKED = "You asked"
NEW = "New"
NEW_REST = "conversation"
NEW_CONVERSATION = f"{NEW} {NEW_REST}"
EARLIER_DROPPED = "Earlier questions of this conversation are no longer shown."
ASK_AGAIN = "Ask again"
FURTHER = "Ask next"
BROWSE = {1: "See the article", 2: "See all {count:,} articles"}
EDIT_QUESTION = "Edit question"
EMPTY_QUESTION = "Type a question first."
AWAY = "The server cannot be reached. Your question is back in its box: ask again once the server is there."
QUESTION_OVER = "{count} characters too many: nothing is cut, shorten it before you ask."
QUESTION_TOO_LONG = "The question has {count:,} characters; the most is {most:,}. Shorten it and ask again."
UNEXPECTED = "Something went wrong while answering; the server's log has the details. Try asking again."

# An answer
FOOTNOTES = "Sources"
FOOTNOTE_LABEL = "Footnote {n}: {source}"
NOT_CONFIRMED = "Not confirmed by its source"
MISMATCH = "Check: {details}"
COPY_ANSWER = "Copy"
COPY_LINK = "Link"
ACTIONS = "What you can do with this answer"
MORE_ACTIONS = "More"
WHAT_IT_READ = "What it read"
COPIED = "Copied"
COPY_FAILED = "Could not copy"
FOUND_IN = {1: "From 1 article", 2: "From {count} articles"}
ORIGINS = {1: "1 origin", 2: "{count} origins"}
VERDICTS = {
    "verbatim": "Word for word from the article",
    "supported": "Checked against this sentence",
    "not confirmed": "Not confirmed by this sentence",
}
ALL_VERBATIM = "word for word"
ALL_CHECKED = "every sentence checked"
SOME_DOUBTED = {1: "1 sentence not confirmed", 2: "{count} sentences not confirmed"}
STALE = "An article that this answer cites has been changed or withdrawn since. Ask again to use what is there now."
CONFIDENCE = "confidence {percent}%"
CONFIDENCE_WORDS = {"high": "surely an answer", "fair": "likely an answer", "low": "perhaps an answer: check it"}
NEWEST = "Newest article used: {date}"
DISAGREEMENT = {"later update": "A later update on “{about}”", "conflict": "The articles differ on “{about}”"}
SIDE = "({date})"
SIDE_COLUMNS = ("Value", "Who says it", "When", "Source")
OLDER_VALUES = {1: "1 earlier value", 2: "{count} earlier values"}
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
TAKE_ALL = "This conversation"
TAKE_MARKDOWN = "Save as Markdown"
TAKE_EVIDENCE = "Save evidence of all"
PRINT = "Print"
EXPORT_TITLE = "Questions to Footnote"

# No answer
NO_ANSWER = "Not in these articles"
NO_ANSWER_TEXT = "The articles in this collection do not answer this question."
INSTEAD = "What these articles do answer"
NEAREST = "Nearest passages"
NEAREST_TEXT = "The closest that there is; none of them answers it."

# The source pane
PANE = "Articles and sources"
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
ERASED = "An article that this answer rests on has been erased from the collection, and the answer with it."
CITED_VERSION = "This is the version that the answer cites. The article has been changed since."
WITHDRAWN = "This article has been withdrawn from the collection since the answer was given."
CHANGES_SINCE = "What changed since"
VERSIONS = {1: "1 version", 2: "{count:,} versions"}
VERSION_ADDED = "added {date}"
CURRENT = "current"
SHOWN = "shown here"
SHOW_VERSION = "Show"
CHANGED_IN = "What changed"
SHOW_VERSION_LABEL = "Show the version added {date}"
CHANGED_IN_LABEL = "What changed in the version added {date}"
CHANGES_BETWEEN = "From the version added {old} to the one added {new}."
CHANGES_KEY = "Taken out is struck through; put in is underlined."
CHANGES_NONE = "The text is the same, word for word."
FIELD_CHANGED = "{field}: {old} → {new}"
FIELDS = {"title": "Title", "authors": "Authors", "publisher": "Publisher", "published": "Date", "url": "Address"}
NOTHING = "none"
TAKEN_OUT = "taken out:"
PUT_IN = "put in:"
BACK_TO_ARTICLE = "The article"
READ_TEXT = "Passages read for “{question}” The likeliest come first."
READ_USED = {"answered": "Quoted in the answer", "abstained": "Shown as nearest"}
READ_UNUSED = "Read, not used"
READ_NOTHING = "Nothing came close enough to be read."
READ_MORE = {1: "and 1 more, less likely", 2: "and {count} more, less likely"}
READ_PASSAGE = "This passage was read for the answer, and not quoted."
GONE = "This article is no longer in the collection."
TOO_LARGE = "What was sent is too large, or broke off."
BAD_REQUEST = "This page sent something that the server does not understand. Reload it and try again."

# Settings
SETTINGS = "Settings"
SETTINGS_SURE = "Decline below a confidence of, in per cent"
SETTINGS_SURE_HELP = "Empty: {usual}, as the reader was calibrated. 0 never declines."
SETTINGS_URL = "Language model: its address"
SETTINGS_URL_HELP = (
    "Empty: answers are the articles' own sentences. Only a program on this computer can be chosen here."
)
SETTINGS_MODEL = "Language model: its name"
SETTINGS_LOOK = "Look for one on this computer"
SETTINGS_NO_MODEL = "None answers at the usual ports of Ollama, LM Studio and llama.cpp."
SETTINGS_AS_OF = "Answer as of"
SETTINGS_AS_OF_HELP = "Set beside each new question, where it can be taken out. Empty: all articles count."
SETTINGS_READER = "Reader"
SETTINGS_READER_HELP = "Others are folders under “readers” in the library's folder: of make reader, or a cross-encoder."
SETTINGS_OWN_READER = "as the server was started ({reader})"
SETTINGS_NO_READER = "There is no such reader in the library's folder any more."
SETTINGS_EMBEDDING = "Embedding model: {model}. Another one takes footnote reindex."
SETTINGS_SAVED = "Saved. The next question is answered so."
SETTINGS_ELSEWHERE = (
    "Only a language model on this computer can be chosen here; others are named when the server is started."
)
SETTINGS_BAD_SURE = "A confidence is a number from 0 to 100."
SETTINGS_BOTH = "A language model has an address and a name."
OWN = "Beside the articles' own sentences"
OWN_SIDES = ("In the language model's words", "The articles' own sentences")
OWN_NONE = "By itself, Footnote would have declined this question."

# The keyboard
HELP = "Keyboard and help"
KEYS = {
    "/": "Write a question",
    "n": "The next footnote",
    "p": "The footnote before",
    "j": "The next answer",
    "k": "The answer before",
    "Ctrl+K": "Everything: ask, find, open, go",
    "Esc": "Close what is open",
    "?": "This list",
}
COMMAND = "Ask, find, or go to"
COMMAND_OPEN = "Everything (Ctrl+K)"
COMMAND_ASK = "Ask: {question}"
COMMANDS = {
    "fresh": "New conversation",
    "search": "Search conversations",
    "contents": "All articles",
    "watched": "Watched questions",
    "settings": "Settings",
    "library": "Library",
    "help": "Keyboard and help",
}

# Finding
FIND = "Find in the articles"
FIND_NOTHING = "No article has all of these words."
FIND_READ_AS = "{word}: also {others}"
FIND_INSTEAD = "{word}: found as {others}"

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

# Signing in, and what a user may do
USER_TWICE = "The user {name!r} is named twice; give each user one password."
BAD_USER = "A user needs a name of 1 to {name} characters and a password of 1 to {password:,}."
NOT_A_LOGIN = "{option} takes NAME:PASSWORD, as in: footnote serve {option} desk:long-secret"
AUTH_FILE_UNREADABLE = "The file of users {file} cannot be read: {why}"
AUTH_FILE_OPEN = "Other people can read the passwords in {file}; shut them out first: chmod 600 {file}"
AUTH_FILE_FORM = 'In {file}, each user is a table such as [{name}] with password = "..." and perhaps edit = true.'
READ_ONLY = "You may ask here, but not add, change or remove articles. Sign in as somebody who may."
READ_ONLY_HERE = "Articles cannot be added, changed or removed over this server: it was not started for that."
SIGN_IN = "Sign in"
SIGN_IN_TEXT = "This collection is for its users."
SIGN_IN_FIRST = "Sign in first"
USER_NAME = "Name"
PASSWORD = "Password"
WRONG_PASSWORD = "The name or the password is wrong."
LOG_WRONG = "wrong password for {user}, from {client}"
LOG_NOBODY = "a name that no user has"
LOG_TOO_MANY = "too many tries to sign in, from {client}"
SLOW_DOWN = "Too many tries to sign in; try again in {seconds} s."
SIGN_OUT = "Sign out"
SIGNED_IN_AS = "You are signed in as {name}."
BACK_TO_CHAT = "Back to the questions"

# While a server opens
ADDING = "The articles that come with Footnote are being added. You can ask already."
ADDING_ANSWERED = "The first articles were still being added when this was asked. Ask again once they are all there."
ADDING_HERE = "Articles appear here as they are read."
ADDING_COUNT = "Adding the first articles: {done} of {total}"

# How a server may be used
TOO_MANY_QUESTIONS = "Too many questions; try again in {seconds} s."
TOO_MANY_ADDS = "Too much is being added; try again in {seconds} s."
TOO_BUSY = "The server is answering other questions; try again in a moment."
METRICS_SHUT = "The metrics are for this computer and for editors."
BAD_TEXT = "{name} has to be text of {least} to {most:,} characters."
BAD_DAY = "{name} has to be a day: YYYY, YYYY-MM or YYYY-MM-DD."
BAD_LIMIT = "limit has to be a whole number from 1 to {most}."
NOT_A_PROXY = "--proxy takes an address or a network, as in 10.0.0.5 or 10.0.0.0/24: {why}"
NOT_A_PATH = "--root-path takes a path such as /news: letters, digits, - and _, not {path!r}"
LOG_UNWRITABLE = "The log {file} cannot be written: {why}"

# The evaluation page
EVALUATION_TITLE = "Evaluation – Footnote"
RUN = "Run"
SHOW_RUN = "Show"
BEFORE_RUN = "First"
AFTER_RUN = "Second"
COMPARE_RUNS = "Compare"
NO_PAIR = "There is nothing to compare yet: no two runs are over the same questions."
RUN_SHOWN = "{name}, finished {finished}"
ALL_RUNS = "All runs"
RUNS = {1: "1 run", 2: "{count:,} runs"}
BAD_RUNS = {1: "1 that cannot be opened", 2: "{count:,} that cannot be opened"}
SUITE = "Suite"
FINISHED = "Finished"
QUESTIONS = "Questions"
OUTCOME = "Outcome"
TAG = "Tag"
EVERY_TAG = "every tag"
FIND_IN_RUN = "Find"
FIND_QUESTIONS = "Words in question or answer"
ALL_QUESTIONS = "all {total:,}"
SOME_QUESTIONS = "{matching:,} of {total:,}"
PAGE_QUESTIONS = "{first:,} to {last:,} of {matching:,}, from {total:,}"
NO_QUESTIONS = "No question is like that. Take out a word, or choose every outcome and every tag."
EARLIER_QUESTIONS = "Earlier questions"
LATER_QUESTIONS = "Later questions"
NO_RUNS = "Nothing has been measured yet."
NO_RUNS_HELP = (
    "A run answers a suite of questions whose sources are known, and counts what was found, cited and rightly declined."
    " Make one on the command line where this server was started, then reload this page:"
)
NO_RUNS_COMMAND = "footnote eval run eval/gold"
RUN_GONE = "There is no such run here. Choose one that is listed."
RUN_TROUBLE = "This cannot be shown: {why}."
RUN_UNEXPECTED = "Something went wrong while showing this; the server's log has the details."

# The library page
LIBRARY = "Library"
LIBRARY_TITLE = "Library, Footnote"
LIBRARY_EDITORS_ONLY = "Only those who may edit see what was withdrawn."
LIBRARY_SEARCH = "Search the articles"
LIBRARY_FILTERS = "Find articles"
LIBRARY_MORE_FILTERS = "Filter and sort"
LIBRARY_ANY_PUBLISHER = "All publishers"
LIBRARY_AFTER = "From"
LIBRARY_BEFORE = "To"
LIBRARY_ORDER = "Sort by"
LIBRARY_ORDERS = {
    "published descending": "Newest first",
    "published ascending": "Oldest first",
    "added descending": "Last added first",
    "added ascending": "First added first",
    "title ascending": "Title, A to Z",
    "title descending": "Title, Z to A",
    "publisher ascending": "Publisher, A to Z",
    "publisher descending": "Publisher, Z to A",
}
LIBRARY_WITHDRAWN_ONLY = "Show withdrawn"
LIBRARY_COLUMNS = {"title": "Title", "publisher": "Publisher", "published": "Date", "added": "Added"}
LIBRARY_TABLE = "Articles"
LIBRARY_RANGE = "{first:,} to {last:,} of {articles}"
LIBRARY_NONE = "No article is like that."
LIBRARY_NONE_HELP = "Try fewer words, or other dates."
LIBRARY_NONE_WITHDRAWN = "No article is withdrawn."
LIBRARY_NOTHING_HELP = "Add the first articles: files, a web address, or text that you paste."
LIBRARY_PAGES = "Pages of the table"
LIBRARY_PAGE = "Page {page:,} of {pages:,}"
LIBRARY_PREVIOUS = "Previous page"
LIBRARY_NEXT = "Next page"
LIBRARY_VERSIONS_MARK = "{count} versions"
LIBRARY_WITHDRAWN_MARK = "withdrawn"
LIBRARY_CHOOSE_ROW = "Choose “{title}”"
LIBRARY_CHOOSE_NONE = "Choose none"
LIBRARY_CHOSEN = "{count} chosen"
LIBRARY_UNTAG = "Remove tag"
LIBRARY_EXPORT = "Export"
LIBRARY_TAGGED = {1: "1 article was tagged.", 2: "{count:,} articles were tagged."}
LIBRARY_UNTAGGED = {1: "The tag was taken from 1 article.", 2: "The tag was taken from {count:,} articles."}
LIBRARY_WITHDRAWN_MANY = {
    1: "1 article was withdrawn. It can be restored under “Show withdrawn”.",
    2: "{count:,} articles were withdrawn. They can be restored under “Show withdrawn”.",
}
LIBRARY_CHOOSE = "Choose an article to read it."
LIBRARY_BAD_DATE = "{date} is not a date."

# One article of the library
LIBRARY_TEXT = "Text"
LIBRARY_WITHDRAWN_NOTE = "This article is withdrawn: no answer uses it."
LIBRARY_EARLIER_NOTE = "This is an earlier version. Answers use the current one."
LIBRARY_CURRENT = "Show the current version"
LIBRARY_EDIT = "Edit details"
LIBRARY_FIELDS = {
    "title": "Title",
    "published": "Date",
    "publisher": "Publisher",
    "authors": "Authors, one a line",
    "url": "Web address",
}
LIBRARY_DATE_FORM = "2020, 2020-05 or 2020-05-14"
LIBRARY_SAVED = "The details were saved."
LIBRARY_UNCHANGED = "Nothing was changed."
LIBRARY_CHANGED_MEANWHILE = "Somebody else has changed this article meanwhile. Look at it again, then edit it."
LIBRARY_WITHDRAW = "Withdraw"
LIBRARY_WITHDRAWN = "“{title}” was withdrawn. No answer uses it any more."
LIBRARY_RESTORE = "Restore"
LIBRARY_RESTORED = "“{title}” is back, and answers use it again."
LIBRARY_PURGE = "Erase for good"
LIBRARY_PURGE_ASK = "Erase this article for good?"
LIBRARY_PURGE_TEXT = (
    "All versions of it, what was made of them, and what people said of answers that quote it are erased from the "
    "library's files. There is no undo."
)
LIBRARY_PURGE_SURE = "I want to erase it"
LIBRARY_PURGED = (
    "Erased: {articles}, {versions}, {chunks} with their vectors and words, {feedback}. "
    "Copies and backups are yours to delete."
)
LIBRARY_COUNTS = {
    "articles": {1: "1 article", 2: "{count:,} articles"},
    "versions": {1: "1 version", 2: "{count:,} versions"},
    "chunks": {1: "1 passage", 2: "{count:,} passages"},
    "feedback": {1: "1 piece of feedback", 2: "{count:,} pieces of feedback"},
}
LIBRARY_ORIGINS = "Same story elsewhere"
LIBRARY_ORIGINS_TEXT = "These articles share most of their text. Together they count as one origin."
LIBRARY_FIRST = "first in the collection"
LIBRARY_PROVENANCE = "Where it came from"
LIBRARY_FACTS = {
    "source": "Source",
    "reader": "Read as",
    "read_at": "Read on",
    "bytes_sha256": "SHA-256 of the file",
    "version": "SHA-256 of the text",
    "id": "Id",
    "edited": "Edited here",
}
LIBRARY_SENT = "{name}, sent to this page"
LIBRARY_PASTED = "pasted into this page"

# Adding articles
LIBRARY_ADD = "Add articles"
LIBRARY_ADD_FILES = "Files"
LIBRARY_DROP = "Drop files here, or"
LIBRARY_PICK = "Choose files"
LIBRARY_KINDS = "Text, Markdown, web pages, PDF, DOCX, mail, JSONL; up to {size} MB each, {count} at a time."
LIBRARY_ADDRESS = "Web address"
LIBRARY_ADDRESS_HINT = "An article, a file or a feed"
LIBRARY_READ_ADDRESS = "Read it"
LIBRARY_PASTE = "Paste text"
LIBRARY_PASTED_TEXT = "Text of the article"
LIBRARY_PREVIEW = "Show what will be added"
LIBRARY_WAITING = "What will be added"
LIBRARY_RESULT = "What was added"
LIBRARY_READING = "Reading {name}"
LIBRARY_SENDING = "Reading {n} of {count}: {name}"
LIBRARY_TOO_LARGE = "it is over {size} MB, the most for one file"
LIBRARY_TOO_MANY = "more than {count} files at a time; send the rest afterwards"
LIBRARY_FULL = "too much is waiting; add or leave what is here first"
LIBRARY_NOT_SENT = "It could not be sent. Check the connection, and try again."
LIBRARY_UNREADABLE = "it cannot be read; the server's log has the details"
LIBRARY_OUTCOMES = {"added": "New", "new version": "New version of “{other}”", "unchanged": "Already there"}
LIBRARY_DONE = {
    "added": "Added",
    "new version": "New version of “{other}” added",
    "unchanged": "Already there",
    "near-duplicate": "Added; shares its text with “{other}”",
}
LIBRARY_REFUSED = "Refused: {reason}"
LIBRARY_WORDS = {1: "1 word", 2: "{count:,} words"}
LIBRARY_LEAVE = "Leave out {title}"
LIBRARY_ADD_COUNT = {1: "Add 1 article", 2: "Add {count:,} articles"}
LIBRARY_CLEAR = "Clear"
LIBRARY_ADDING = "Adding {done:,} of {count:,}"
LIBRARY_ADDED = {1: "1 article is in the library now, and can be asked about.",
                 2: "{count:,} articles are in the library now, and can be asked about."}  # fmt: skip
LIBRARY_NONE_ADDED = "Nothing new was added."
LIBRARY_ASK = "Ask about it"
LIBRARY_STOPPED = "It was stopped. What was finished is in the library."
LIBRARY_FAILED = "Something went wrong; the server's log has the details. What was finished is in the library."
LIBRARY_GONE = "This page is too old. Reload it."


def plural(forms: dict[int, str], count: int, **words: str) -> str:
    """Return the form of a counted phrase for ``count``: one, or many."""
    return forms[1 if count == 1 else 2].format(count=count, **words)


def date(published: str) -> str:
    """Write ``2020-05-14`` as ``14 May 2020``, ``2020-05`` as ``May 2020``; anything else stays as it is."""
    parts = published.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return published
    if len(parts) == 1 or not 1 <= int(parts[1][:4]) <= 12:
        return published
    words = [MONTHS[int(parts[1]) - 1].capitalize(), parts[0]]
    return " ".join([str(int(parts[2][:4])), *words] if len(parts) == 3 else words)


def since(told_at: str, today: datetime.date) -> str:
    """Write when something was told: the day of the week within the last six days, else the date."""
    day = datetime.date.fromisoformat(told_at[:10])
    return DAYS[day.weekday()].capitalize() if 0 <= (today - day).days < len(DAYS) else date(told_at[:10])


def moment(added_at: str) -> str:
    """Write ``2020-05-14T08:30:00+00:00`` as ``14 May 2020, 08:30``; anything else stays as it is."""
    day, _, time = added_at.partition("T")
    return f"{date(day)}, {time[:5]}" if time else added_at


def period(after: str, before: str) -> str:
    """Write a range of days, both included, in words: ``11 to 20 May 2020``; an end that is empty is open."""
    if after == before:
        return date(after)
    if not (after and before):
        return f"from {date(after)}" if after else f"to {date(before)}"
    if len(after) == len(before) == 10 and after[:8] == before[:8]:
        return f"{int(after[8:])} to {date(before)}"
    return f"{date(after)} to {date(before)}"

// Runs once when the conversation is on the page, with Gradio's `element`, `trigger` and `watch`, and `words`.
// One listener for the whole document reads data- attributes; no text ever becomes code or markup here.

const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const state = { opener: null, token: 0, seen: 0, request: null, back: "", turns: 0, busy: false, started: false, sheet: false, card: null,
  focus: null, status: null, article: null, reading: null, editing: null, asked: [], waited: 0, sought: "" };

window.footnote?.abort();
window.footnote = new AbortController();
const listen = (type, handler, capture = false, target = document) =>
  target.addEventListener(type, handler, { capture, signal: window.footnote.signal });

const box = () => one("#fn-question textarea");
const behavior = () => (CALM.matches ? "auto" : "smooth");
const span = (mark) => [Number(mark.dataset.start), Number(mark.dataset.end)];
const turnOf = (button) => button.closest("[data-turn]")?.dataset.turn;
const turnWith = (number) => one(`[data-turn="${Number(number)}"]`);
const conversationId = () => one(".fn-log", element)?.dataset.conversation;

// ---- The passages of one answer: its footnotes, or the nearest passages of an abstention

function passages(turn) {
  const seen = new Map();
  for (const mark of all("[data-start]", turn)) if (!seen.has(mark.dataset.n)) seen.set(mark.dataset.n, mark);
  return [...seen.values()];
}

function open(mark) {
  const turn = mark.closest("[data-turn]");
  const marks = turn ? passages(turn) : [];
  const wanted = mark.dataset.same || mark.dataset.n;
  mark = marks.find((other) => other.dataset.n === wanted) || mark;
  const { article, version = "", kind = "footnote" } = mark.dataset;
  const request = { article, version, kind };
  if (mark.dataset.start) {
    const near = marks.filter((m) => m.dataset.article === article && m.dataset.version === version);
    Object.assign(request, { cited: span(mark), also: near.map(span).slice(0, 100) });
    Object.assign(request, { n: marks.indexOf(mark) + 1, count: marks.length });
  }
  state.opener = { turn: turn?.dataset.turn, n: mark.dataset.n, article };
  showArticle(request);
}

function showArticle(request) {
  state.article = request;
  showBeside(request);
}

function showBeside(request) {
  hideCard();
  show(request);
  sheet(true);
  current();
}

// ---- Versions of an article, and what was read for an answer

const version = ({ dataset }) => showArticle({ article: dataset.article, version: dataset.version });

const changed = ({ dataset }) =>
  show({ view: "changes", article: dataset.article, version: dataset.version, n: dataset.since ? 1 : 0 });

function read(button) {
  const turn = turnOf(button);
  state.opener = { turn, button: "read" };
  state.reading = Number(turn);
  reread();
}

const reread = () => showBeside({ view: "read", article: "", turn: state.reading });

const passage = ({ dataset: { article, version, from, to } }, kind) =>
  showArticle({ article, version, kind, cited: [Number(from), Number(to)] });

// Requests may overtake each other on their way: the token, which comes back with the pane, tells which is the last.
function show(request) {
  Object.assign(state, { request, token: state.token + 1 });
  one(".fn-pane")?.classList.add("fn-stale");
  trigger("select", { ...request, token: state.token });
}

function opener() {
  const { turn, n, article, button } = state.opener || {};
  if (turn === undefined) return all(".fn-contents [data-article]").find((b) => b.dataset.article === article);
  if (button) return one(`[data-turn="${Number(turn)}"] [data-do="${button}"]`);
  return passages(turnWith(turn) || document).find((mark) => mark.dataset.n === n);
}

function step(by) {
  const turn = turnWith(state.opener?.turn);
  if (!turn) return;
  const marks = passages(turn);
  const next = marks[marks.indexOf(opener()) + by];
  if (next) open(next);
}

// Gradio writes the conversation anew after each question: the open footnote is marked again.
function current() {
  for (const mark of all("[aria-current]", element)) mark.ariaCurrent = null;
  if (state.opener?.turn !== undefined && opener()) opener().ariaCurrent = "true";
}

// ---- The pane: beside the conversation, or over it on a narrow screen

function sheet(on) {
  if (on === state.sheet || (on && !NARROW.matches)) return;
  state.sheet = on;
  document.body.classList.toggle("fn-sheet", on);
  if (on) history.pushState({ footnote: "sheet" }, "");
  modal();
}

function modal() {
  const on = state.sheet && NARROW.matches;
  for (const part of all("#fn-talk, #fn-masthead")) part.inert = on;
  over(one(".fn-pane"), on);
}

function close() {
  const back = opener();
  if (state.sheet) history.back();
  else list();
  sheet(false);
  back?.focus({ preventScroll: true });
}

function list() {
  state.back = state.opener?.turn === undefined ? state.opener?.article || "" : "";
  state.opener = null;
  current();
  show({ article: "" });
}

function contents() {
  list();
  sheet(true);
}

function paneChanged() {
  const token = Number(one(".fn-pane")?.dataset.token);
  if (token !== 0 && token !== state.token) {
    if (state.seen === state.token) show(state.request);
    one(".fn-pane").classList.add("fn-stale");
    return;
  }
  state.seen = token;
  one(".fn-pane")?.classList.remove("fn-stale");
  modal();
  const view = one(".fn-pane-scroll");
  if (!view) return;
  const row = state.back && all(".fn-contents [data-article]", view).find((b) => b.dataset.article === state.back);
  state.back = "";
  if (row) return row.focus();
  const cited = one("mark.fn-cited", view) || one("mark", view);
  const top = cited ? cited.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop : 0;
  view.scrollTo({ top: Math.max(0, top - view.clientHeight / 3), behavior: "auto" });
  const writing = document.activeElement === box(); // the keyboard is not taken from somebody who writes by now
  if ((state.opener || state.sheet) && !writing) one(".fn-pane-title", view)?.focus({ preventScroll: true });
}

// ---- Small things

async function copy(button, text = button.dataset.copy) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyByHand(text);
  }
  const said = one(".fn-label", button) || button;
  const label = button.dataset.label || said.textContent;
  button.dataset.label = label;
  said.textContent = done ? words.COPIED : words.COPY_FAILED;
  setTimeout(() => { said.textContent = label; }, 1600);
}

function copyByHand(text) {
  const area = make("textarea", { value: text, className: "fn-unseen" });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

function write(text) {
  const area = box();
  fill(text);
  area.focus();
  area.setSelectionRange(text.length, text.length);
}

// ---- What goes with a question: limits that were set, and the turn that an edited question takes the place of

const FIELDS = ["after", "before", "publisher", "as_of", "tag", "article"];
const field = (name) => one(`#fn-${name}`);
const limits = () => Object.fromEntries(FIELDS.map((name) => [name, field(name)?.value || ""]));

window.footnoteOptions = (typed) => {
  const token = 1 + Math.floor(Math.random() * 999999999);
  const sent = { ...limits(), replaces: state.editing, token };
  if (!typed?.trim()) {
    announce(words.EMPTY_QUESTION);
    hint(words.EMPTY_QUESTION);
    return sent;
  }
  expect(typed.trim(), state.editing, token);
  fill("");
  state.editing = null;
  if (one(".fn-limits")) one(".fn-limits").open = false;
  setChips();
  return sent;
};

// A question is shown as soon as it is sent, until the server's own turn with it comes in its place.

function expect(question, replaces, token) {
  state.asked.push({ question, replaces, token });
  keep("footnote-asked", question);
  showAsked();
  one(".fn-asked:last-of-type", element)?.scrollIntoView({ block: "start", behavior: behavior() });
  announce(waiting());
  setTimeout(lookAway, AWAY, token);
}

// A question that the server did not get because it is away goes back into its box, and that is said.
const AWAY = 4000;
async function lookAway(token) {
  if (!state.asked.some((asked) => asked.token === token)) return;
  try {
    await fetch("healthz", { cache: "no-store" });
    setTimeout(lookAway, AWAY, token);
  } catch {
    window.footnoteFailed();
    hint(words.AWAY);
    announce(words.AWAY);
  }
}

const waiting = () => one(".fn-log", element)?.dataset.waiting || words.READING;

function showAsked() {
  for (const turn of all(".fn-asked", element)) turn.remove();
  for (const { question, replaces } of state.asked) {
    const turn = make("article", { className: "fn-turn fn-asked", ariaBusy: "true" },
      make("h2", { className: "fn-question" }, make("span", { textContent: question, dir: "auto" })),
      make("p", { className: "fn-waiting" }, waiting(), make("span", { className: "fn-dots", ariaHidden: "true" })));
    const old = replaces === null ? null : turnWith(replaces);
    old?.setAttribute("hidden", "");
    if (old) old.after(turn);
    else one(".fn-log", element)?.append(turn);
  }
}

const questionOf = (turn) => one(".fn-question", turn).lastElementChild.textContent.trim();

function met() {
  state.asked = state.asked.filter(({ token }) => !one(`[data-token="${token}"]`, element));
  if (!state.asked.length) keep("footnote-asked", "");
  showAsked();
}

// Gradio loads the page anew when the server is back after it could not be reached.
function putBack(last) {
  const lost = kept("footnote-asked");
  keep("footnote-asked", "");
  if (lost && lost !== (last && questionOf(last))) write(lost);
}

window.footnoteFailed = () => {
  if (!box().value) fill(state.asked.at(-1)?.question || "");
  keep("footnote-asked", "");
  state.asked = [];
  showAsked();
  for (const turn of all("[data-turn][hidden]", element)) turn.removeAttribute("hidden");
};

function setChips() {
  const list = one(".fn-set");
  if (!list) return;
  const set = Object.entries(limits()).filter(([, value]) => value);
  const chips = set.map(([name, value]) => chip(`${words.LIMIT_NAMES[name]} ${inWords(name, value)}`, "unlimit", name, words.REMOVE_LIMIT));
  if (state.editing !== null) chips.push(chip(words.EDITING, "unedit", "", words.STOP_EDITING));
  list.replaceChildren(...chips);
  for (const turn of all("[data-turn]", element)) turn.classList.toggle("fn-edited", Number(turn.dataset.turn) === state.editing);
}

function chip(text, what, name, label) {
  const remove = make("button", { type: "button", textContent: "×", ariaLabel: label, title: label });
  Object.assign(remove.dataset, { do: what, name });
  return make("li", {}, make("span", { textContent: text, dir: "auto" }), remove);
}

function inWords(name, value) {
  if (name === "article") return field(name).dataset.title || value;
  if (name === "publisher" || name === "tag") return value;
  const day = new Date(`${value}T00:00:00Z`);
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

function unlimit({ dataset }) {
  const input = field(dataset.name);
  if (input) input.value = "";
  setChips();
  box()?.focus();
}

function edit(button) {
  state.editing = Number(turnOf(button));
  write(button.dataset.question);
  setChips();
}

function unedit() {
  state.editing = null;
  write("");
  setChips();
}

// A link that opens this very answer.
const link = ({ dataset }) => `${location.origin}${location.pathname}?${new URLSearchParams({ a: dataset.link })}`;

function ask(question) {
  state.editing = null;
  setChips();
  write(question);
  one("#fn-ask").click();
}

function askNow({ dataset }) {
  for (const name of FIELDS) setLimit(field(name), dataset[name.replace("_o", "O")] || "");
  ask(dataset.question);
}

// The address names the conversation that is shown, so that it can be reloaded, kept, and opened elsewhere.
function remember() {
  const log = one(".fn-log", element);
  const query = new URLSearchParams(location.search);
  if (!log?.dataset.conversation) return; // one answer by itself has an address of its own
  query.delete("a");
  if (log.hasAttribute("data-asked")) query.set("c", log.dataset.conversation);
  else query.delete("c");
  const address = `${location.pathname}${query.size ? `?${query}` : ""}`;
  if (address !== location.pathname + location.search) history.replaceState(history.state, "", address);
}

function askLinked() {
  const query = new URLSearchParams(location.search);
  const question = query.get("q")?.trim();
  if (!question) return;
  history.replaceState(null, "", location.pathname);
  whenThere(".fn-limits", () => {
    for (const name of FIELDS) if (query.get(name)) setLimit(field(name), query.get(name));
    ask(question);
  });
}

function setLimit(input, value) {
  if (!input) return;
  if (input.matches("select") && !all("option", input).some((option) => option.value === value)) {
    input.append(make("option", { value, textContent: value }));
  }
  input.value = value;
}

// Gradio puts the parts of the page in place one after another.
function whenThere(selector, then, tries = 200) {
  if (one(selector) || tries === 0) then();
  else requestAnimationFrame(() => whenThere(selector, then, tries - 1));
}

// On paper the footnotes of an answer stand below it in full: they are in the text that is copied with it.
function printing() {
  for (const turn of all("[data-turn]", element)) {
    const [, notes] = (one("[data-do=copy]", turn)?.dataset.copy || "").split("\n\n");
    if (!notes) continue;
    const rows = notes.split("\n").map((note) => make("li", { textContent: note.replace(/^\[\^(\d+)\]:/, "$1."), dir: "auto" }));
    one(".fn-sources", turn)?.after(make("ol", { className: "fn-printed" }, ...rows));
  }
}

function showCard(mark) {
  const { quote, source, verdict = "" } = mark.dataset;
  const card = state.card ||= make("div", { className: "fn-card", id: "fn-card", role: "tooltip" });
  card.replaceChildren(make("q", { textContent: quote, dir: "auto" }), make("span", {}, source), make("span", {}, verdict));
  if (!card.isConnected) document.body.append(card);
  mark.setAttribute("aria-describedby", "fn-card");
  const at = mark.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 24), window.innerWidth - card.offsetWidth - 8);
  const above = at.top - card.offsetHeight - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

function hideCard() {
  state.card?.remove();
  one("[aria-describedby=fn-card]")?.removeAttribute("aria-describedby");
}

function beginWriting() {
  if (!NARROW.matches && document.activeElement === document.body) box()?.focus();
}

// ---- What people say about answers: asked for in a dialog outside the conversation, which is written anew at any time

async function feedback(button) {
  const { kind } = button.dataset;
  const turn = turnOf(button) ?? state.opener?.turn;
  if (turn === undefined) return;
  const citation = kind === "wrong citation" ? Number(state.opener?.n) : 0;
  const title = words.FEEDBACK[kind] + (citation ? ` (${citation})` : "");
  const area = make("textarea", { id: "fn-note", name: "note", maxLength: words.MAX_NOTE, rows: 3 });
  const sent = await askFor(title, words.SEND, make("h2", {}, title), make("label", { htmlFor: "fn-note" }, words.NOTE), area);
  if (sent) trigger("like", { turn: Number(turn), kind, citation, note: area.value });
}

// ---- What the server has to say beside the conversation: a line, or a file

function replied() {
  const file = one("#fn-reply .fn-file");
  if (file) save(file.dataset.name, new Blob([file.dataset.content], { type: "text/plain;charset=utf-8" }));
  const line = one("#fn-reply .fn-toast");
  if (line) announce(line.textContent);
}

// A screen reader hears one line, not the whole conversation whenever it is written anew.
function announce(text) {
  state.status ||= make("div", { className: "fn-unseen", role: "status" });
  if (!state.status.isConnected) document.body.append(state.status);
  if (state.status.textContent !== text) state.status.textContent = text;
}

function news(turn) {
  const parts = all(".fn-waiting, .fn-error, .fn-none, .fn-reason", turn);
  if (!turn.hasAttribute("aria-busy")) parts.push(...all(".fn-answer", turn));
  return parts.map((part) => part.textContent).join(" ");
}

// Where the keyboard was before the conversation was written anew.
function place(target) {
  const turn = turnOf(target);
  const { do: what, n, same, kind } = target.dataset || {};
  return turn === undefined || !what ? null : { turn, what, n, same, kind };
}

function backToPlace() {
  if (!state.focus || document.activeElement !== document.body) return;
  const before = JSON.stringify(state.focus);
  const there = all(`[data-turn="${Number(state.focus.turn)}"] [data-do]`, element);
  there.find((button) => JSON.stringify(place(button)) === before)?.focus({ preventScroll: true });
}

// To a new conversation, or to an earlier one.
function go(conversation) {
  Object.assign(state, { opener: null, asked: [] });
  keep("footnote-asked", "");
  trigger("clear", conversation ? { conversation } : undefined);
}

// A line under the question's box, until the next key.
function hint(text) {
  const line = one("#fn-hint") || make("p", { id: "fn-hint" });
  line.textContent = text;
  if (!line.isConnected) one("#fn-composer").before(line);
  line.hidden = !text;
}

const actions = {
  open,
  contents,
  close,
  copy: (button) => copy(button),
  link: (button) => copy(button, link(button)),
  article: version,
  back: () => showArticle(state.article),
  changed,
  read,
  reread,
  passage: (button) => passage(button, "read"),
  found: (button) => passage(button, "found"),
  unlimit,
  unedit,
  step: (button) => step(Number(button.dataset.step)),
  ask: (button) => ask(button.dataset.question),
  edit,
  feedback,
  again: (button) => trigger("retry", { turn: Number(turnOf(button)), drop: button.dataset.drop }),
  take: (button) => {
    const turn = turnOf(button);
    trigger("download", { turn: turn === undefined ? null : Number(turn), form: button.dataset.form });
  },
  print: () => window.print(),
  fresh: () => {
    for (const name of FIELDS) if (field(name)) field(name).value = field(name).defaultValue || "";
    unedit();
    go();
  },
  asknow: askNow,
  only: ({ dataset }) => {
    setLimit(field("article"), dataset.article);
    field("article").dataset.title = dataset.title;
    setChips();
    if (state.sheet) close();
    box()?.focus();
  },
  skip: (_, event) => { event.preventDefault(); box()?.focus(); },
};

listen("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button && Object.hasOwn(actions, button.dataset.do)) actions[button.dataset.do](button, event);
});
for (const type of ["pointerover", "focusin"]) {
  listen(type, (event) => {
    const mark = event.target.closest?.(".fn-cite");
    if (!mark || event.pointerType === "touch") return;
    if (type === "pointerover" || mark.matches(":focus-visible")) showCard(mark);
  });
}
for (const type of ["pointerout", "focusout"]) {
  listen(type, (event) => { if (event.target.closest?.(".fn-cite")) hideCard(); });
}
listen("scroll", hideCard, true);
listen("change", (event) => { if (event.target.closest?.(".fn-limits")) setChips(); });
listen("input", (event) => {
  if (event.target !== box()) return;
  const over = box().value.length - words.MAX_QUESTION;
  hint(over > 0 ? words.QUESTION_OVER.replace("{count}", over.toLocaleString("en")) : "");
});
listen("click", (event) => {
  const panel = one(".fn-limits[open]");
  if (panel && !panel.contains(event.target)) panel.open = false;
});
listen("keydown", (event) => {
  if (event.key !== "Escape" || one(".fn-dialog")) return;
  const panel = one(".fn-limits[open]");
  if (panel) {
    panel.open = false;
    one("summary", panel).focus();
  } else if (state.card?.isConnected) hideCard();
  else if (one('.fn-pane[data-view="source"]') || state.sheet) close();
});
listen("popstate", () => { if (state.sheet) { sheet(false); opener()?.focus(); } }, false, window);
listen("change", () => { if (!NARROW.matches) sheet(false); modal(); }, false, NARROW);
listen("beforeprint", printing, false, window);
listen("afterprint", () => { for (const list of all(".fn-printed")) list.remove(); }, false, window);
listen("footnote:pane", paneChanged);
listen("footnote:reply", replied);
listen("footnote:made", beginWriting);
listen("focusin", (event) => { state.focus = element.contains(event.target) ? place(event.target) : null; });

watch("value", () => {
  const turns = all("[data-turn]", element);
  const last = turns.at(-1);
  if (!state.started) whenThere("#fn-question textarea", () => putBack(last));
  met();
  const busy = last?.hasAttribute("aria-busy") || false;
  const grown = turns.length !== state.turns;
  if (last && (grown || (state.busy && !busy))) last.scrollIntoView({ block: "start", behavior: behavior() });
  Object.assign(state, { turns: turns.length, busy });
  if (last && state.started) announce(news(last));
  if (state.started || !new URLSearchParams(location.search).has("q")) remember();
  backToPlace();
  if (!last && state.opener?.turn !== undefined) state.opener = null;
  current();
  if (!state.started) beginWriting();
  setChips();
  const unfinished = one("[data-turn][aria-busy]", element); // a page that was reloaded goes on with its answer
  if (!state.started && unfinished) trigger("retry", { turn: Number(unfinished.dataset.turn), drop: "" });
  if (!state.started) askLinked();
  state.started = true;
  if (grown || !busy) relist();
  if (!busy) { askNext(); keepCopy(); }
  here();
});

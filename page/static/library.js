// The library page. Parts of it come from the server as HTML that escapes every text; nothing else becomes markup here.

const POLL = 400;
const state = { asked: { table: 0, pane: 0 }, draft: "", page: "0", sending: false, typed: 0, polling: 0, opener: null };
let words = {};

// ---- Asking the server

async function ask(path, options = {}) {
  const answer = await request(path, options);
  if (answer?.headers.get("content-type")?.startsWith("application/json")) return answer.json();
  return answer?.ok ? { html: await answer.text() } : { error: words.LIBRARY_NOT_SENT };
}

const send = (path, data) =>
  ask(`library/${path}?${new URLSearchParams({ draft: state.draft })}`, posted(data));

// What a screen reader hears: parts that are put in anew are not told by themselves.
const say = (text) => { one("#fn-heard").textContent = text || ""; };

// ---- The address: what is looked for, and what is open

function wanted() {
  const fields = Object.fromEntries(new FormData(one(".fn-search")));
  if (fields.order === "published descending") delete fields.order;
  if (state.page !== "0") fields.page = state.page;
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
}

function address(opened = {}) {
  const search = new URLSearchParams([...wanted(), ...Object.entries(opened).filter(([, value]) => value)]).toString();
  return search ? `?${search}` : window.location.pathname;
}

const opened = () => Object.fromEntries(["article", "version", "view"].map((name) => [name, new URLSearchParams(window.location.search).get(name) || ""]));

// ---- The table

async function table(page = "0") {
  state.page = page;
  const mine = ++state.asked.table;
  const { html, error } = await ask(`library/table?${wanted()}`);
  if (mine !== state.asked.table) return;
  if (error) return tell(error);
  put(one("#fn-listing"), html);
  say(one(".fn-count")?.textContent);
  history.replaceState(history.state, "", address(opened()));
  current();
}

function current() {
  const { article } = opened();
  for (const row of all(".fn-table [data-article]")) {
    const here = row.dataset.article === article;
    row.closest("tr").toggleAttribute("data-current", here);
    row.ariaCurrent = here ? "true" : null;
  }
}

// ---- Beside it: an article, or adding; over it on a narrow screen

function show(side) {
  document.body.dataset.side = side;
  const covers = NARROW.matches && side !== "";
  for (const part of all("#fn-shelf, #fn-masthead")) part.inert = covers;
  over(one(".fn-adding"), covers && side === "adding");
  over(one(".fn-pane"), covers && side !== "adding");
}

async function article(request, step = true) {
  const mine = ++state.asked.pane;
  if (step) history.pushState({ opened: true }, "", address(request));
  const { html, error } = await ask(`library/article?${new URLSearchParams(request)}`);
  if (mine !== state.asked.pane) return;
  if (error) return tell(error);
  put(one("#fn-pane"), html);
  show("article");
  current();
  one("#fn-pane .fn-pane-title")?.focus({ preventScroll: true });
}

function shut() {
  if (document.body.dataset.side === "article" && history.state?.opened) return history.back(); // popstate does the rest
  if (opened().article) history.replaceState(null, "", address());
  closed();
}

function closed() {
  const side = document.body.dataset.side;
  const { article: last } = state.opener || {};
  state.asked.pane += 1;
  show("");
  current();
  const back = side === "adding" ? one('[data-do="adding"]') : all(".fn-table [data-article]").find((b) => b.dataset.article === last);
  (back || one("#fn-content")).focus({ preventScroll: true });
}

function adding() {
  if (opened().article) history.replaceState(null, "", address());
  show("adding");
  current();
  one(".fn-side-title")?.focus({ preventScroll: true });
}

// ---- Changing an article

async function change(request) {
  const { told, undo, pane, error } = await send("change", request);
  if (error) return tell(error);
  tell(told, undo);
  table(state.page);
  const { article: id } = opened();
  if (id !== request.article && document.body.dataset.side === "article") return;
  if (request.doing === "purge") return shut();
  if (document.body.dataset.side === "article") {
    put(one("#fn-pane"), pane);
    show("article");
    one("#fn-pane .fn-pane-title")?.focus({ preventScroll: true });
  }
}

function tell(text, undo = "") {
  const line = make("p", { className: "fn-line" }, make("span", { textContent: text, dir: "auto" }));
  const restore = () => change({ doing: "restore", article: undo });
  if (undo) line.append(make("button", { type: "button", textContent: words.UNDO, onclick: restore }));
  line.append(make("button", { type: "button", textContent: "×", ariaLabel: words.CLOSE, onclick: () => line.remove() }));
  one("#fn-told").replaceChildren(line);
}

async function purge({ dataset: { article: id, title } }) {
  const sure = make("label", { className: "fn-check" }, make("input", { type: "checkbox", required: true }), make("span", {}, words.LIBRARY_PURGE_SURE));
  const sent = await askFor(words.LIBRARY_PURGE_ASK, words.LIBRARY_PURGE, make("h2", {}, words.LIBRARY_PURGE_ASK), make("p", { textContent: title, dir: "auto" }),
    make("p", { className: "fn-quiet" }, words.LIBRARY_PURGE_TEXT), sure);
  if (sent) change({ doing: "purge", article: id });
}

// ---- Adding: read first, shown, then added

async function stage(kind, body, name = "") {
  const search = new URLSearchParams({ draft: state.draft, kind, name });
  const watching = setInterval(() => waited(() => state.sending), 4 * POLL); // a feed has many articles
  const { html, error } = await ask(`library/stage?${search}`, { method: "POST", body });
  clearInterval(watching);
  if (error) return tell(error), false;
  put(one("#fn-staged"), html);
  return true;
}

// Show what waits by now, if that is still wanted when it comes.
async function waited(wished) {
  const { html } = await ask(`library/draft?${new URLSearchParams({ draft: state.draft })}`);
  if (html && wished()) put(one("#fn-staged"), html);
}

const reading = (text) => { one(".fn-sending").textContent = text; };

async function files(list) {
  if (state.sending || !list.length) return;
  state.sending = true;
  const chosen = [...list].slice(0, words.MAX_FILES);
  if (list.length > chosen.length) tell(words.LIBRARY_TOO_MANY);
  const large = chosen.filter((file) => file.size > words.MAX_FILE_BYTES).map((file) => file.name);
  const rest = chosen.filter((file) => file.size <= words.MAX_FILE_BYTES);
  for (const [n, file] of rest.entries()) {
    reading(words.LIBRARY_SENDING.replace("{n}", n + 1).replace("{count}", rest.length).replace("{name}", () => file.name));
    if (!await stage("file", file, file.name)) break;
  }
  if (large.length) await waiting({ refused: large });
  sent();
}

function sent() {
  state.sending = false;
  reading("");
  keep("footnote-draft", state.draft);
  one("#fn-staged .fn-side-title")?.focus({ preventScroll: true });
  one("#fn-staged")?.scrollIntoView({ block: "nearest" });
}

async function waiting(data) {
  const { html, error } = await send("waiting", data);
  if (error) return tell(error);
  put(one("#fn-staged"), html);
}

async function typed(form) {
  if (state.sending) return;
  state.sending = true;
  const { address: url, text, ...fields } = Object.fromEntries(new FormData(form));
  const kind = form.dataset.form;
  reading(words.LIBRARY_READING.replace("{name}", () => url || fields.title || ""));
  if (await stage(kind, JSON.stringify(kind === "address" ? { address: url } : { text, fields }))) form.reset();
  sent();
}

async function add() {
  const { html, error } = await send("add", null);
  if (error) return tell(error);
  progress(html);
}

function progress(html) {
  put(one("#fn-staged"), html);
  clearTimeout(state.polling);
  const section = one(".fn-staged");
  say(one(".fn-add-foot p", section || document)?.textContent);
  if (section?.dataset.state === "adding") {
    state.polling = setTimeout(poll, POLL);
    return;
  }
  if (section?.dataset.state === "done") {
    table(state.page);
    one(".fn-side-title", section).focus({ preventScroll: true });
  }
}

async function poll() {
  const { html, error } = await ask(`library/draft?${new URLSearchParams({ draft: state.draft })}`);
  if (error) state.polling = setTimeout(poll, 5 * POLL);
  else progress(html);
}

// What waited before a reload is still there.
async function resume() {
  const before = kept("footnote-draft");
  if (!before || !state.draft) return;
  const { html } = await ask(`library/draft?${new URLSearchParams({ draft: before })}`);
  if (!html) return;
  state.draft = before;
  if (!opened().article) show("adding");
  progress(html);
}

// ---- Several articles at a time

const chosen = () => all(".fn-pick:checked");

function choosing() {
  const count = chosen().length;
  const bar = one(".fn-together");
  bar.hidden = !count;
  one(".fn-chosen").textContent = words.LIBRARY_CHOSEN.replace("{count}", count);
}

function unchoose() {
  for (const box of chosen()) box.checked = false;
  choosing();
}

async function together({ dataset: { doing } }) {
  const articles = chosen().map((box) => box.value);
  if (doing === "export") return exported(articles);
  const tag = doing === "withdraw" ? "" : await askLine(words.TAG, words.TAG, { required: true, maxLength: 60 });
  if (tag === null) return;
  const { told, error } = await send("together", { doing, articles, tag });
  if (error) return tell(error);
  tell(told);
  await table(state.page);
  choosing();
}

async function exported(articles) {
  const answer = await request("library/together", posted({ doing: "export", articles }));
  if (!answer?.ok) return tell((await answer?.json())?.error || words.LIBRARY_NOT_SENT);
  save("footnote-articles.jsonl", await answer.blob());
}

// ---- What the page does

const actions = {
  article: ({ dataset: { article: id, version = "" } }) => { state.opener = { article: id }; article({ article: id, version }); },
  changed: ({ dataset: { article: id, version } }) => article({ article: id, version, view: "changes" }),
  order: (button) => { one('.fn-search [name="order"]').value = button.dataset.order; table(); },
  turn: async (button) => { await table(button.dataset.page); one("#fn-listing").scrollTo(0, 0); },
  close: shut,
  adding,
  pick: () => one("#fn-files").click(),
  leave: (button) => waiting({ leave: Number(button.dataset.number) }),
  clear: () => waiting({ clear: true }),
  add,
  together,
  unchoose,
  withdraw: (button) => change({ doing: "withdraw", article: button.dataset.article }),
  restore: (button) => change({ doing: "restore", article: button.dataset.article }),
  purge,
};

const forms = {
  edit: (form) => change({ doing: "edit", article: form.dataset.article, seen: form.dataset.seen, fields: Object.fromEntries(new FormData(form)) }),
  address: typed,
  text: typed,
  correct: (form) => waiting({ correct: Number(form.dataset.number), fields: Object.fromEntries(new FormData(form)) }),
};

// On a phone the filters are folded away, unless one is set.
function folded() {
  const set = ["publisher", "after", "before", "order", "withdrawn"].some((name) => wanted().has(name));
  one(".fn-more").open = !NARROW.matches || set;
}

function start() {
  words = JSON.parse(one("#fn-told").dataset.words);
  state.draft = one(".fn-tools").dataset.draft;
  state.page = new URLSearchParams(window.location.search).get("page") || "0";
  const { article: id } = opened();
  if (id) state.opener = { article: id };
  folded();
  show(id ? "article" : "");
  current();
  resume();
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (button && Object.hasOwn(actions, button.dataset.do)) actions[button.dataset.do](button);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches(".fn-search")) table();
    else if (Object.hasOwn(forms, form.dataset.form || "")) forms[form.dataset.form](form);
    else return;
    event.preventDefault();
  });
  one(".fn-search").addEventListener("input", () => {
    clearTimeout(state.typed);
    state.typed = setTimeout(table, 200);
  });
  document.addEventListener("change", (event) => { if (event.target.matches(".fn-pick")) choosing(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one(".fn-dialog") && document.body.dataset.side) shut();
  });
  window.addEventListener("popstate", () => {
    const now = opened();
    if (now.article) article(now, false);
    else closed();
  });
  NARROW.addEventListener("change", () => { folded(); show(document.body.dataset.side); });
  if (state.draft) dropping();
}

function dropping() {
  one("#fn-files").addEventListener("change", (event) => { files(event.target.files); event.target.value = ""; });
  document.addEventListener("dragenter", (event) => {
    if (event.dataTransfer?.types.includes("Files") && document.body.dataset.side !== "adding") adding();
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    one(".fn-drop").classList.add("fn-over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) one(".fn-drop").classList.remove("fn-over"); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    one(".fn-drop").classList.remove("fn-over");
    files(event.dataTransfer.files);
  });
}

document.addEventListener("DOMContentLoaded", start);

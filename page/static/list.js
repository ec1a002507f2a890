// ---- The list of conversations: rows that the server writes, asked for again when something has changed

const rows = () => one("#fn-rows");
const sought = () => one("#fn-conversation-search")?.value || "";

let [listing, most, heard] = [0, "", false];
async function relist() {
  if (!rows()) return;
  const number = ++listing;
  const answer = await request(`conversations?${new URLSearchParams({ words: sought(), ...(most && { most }) })}`);
  if (!answer?.ok || number !== listing || !rows()) return;
  const epoch = answer.headers.get("x-epoch"); // there is none where nothing is kept
  navigator.serviceWorker?.controller?.postMessage({ epoch });
  if (epoch && !heard) newest();
  heard ||= Boolean(epoch);
  const html = await answer.text();
  if (one("#fn-row-menu:popover-open") || number !== listing) return;
  put(rows(), html);
  for (const time of all("time", rows())) {
    time.textContent = new Date(time.dateTime).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  }
  here();
}

function listAll({ dataset }) {
  most = dataset.most;
  relist();
}

// Which of the rows is the conversation that is shown.
function here() {
  for (const row of all("#fn-rows a")) row.ariaCurrent = row.dataset.id === conversationId() ? "page" : null;
}

// Beside the conversation where there is room, and there it can be put away; over it where there is none.
const WIDE = window.matchMedia("(min-width: 1280px)");

function drawer() {
  if (WIDE.matches) {
    const away = document.body.classList.toggle("fn-listless");
    return keep("footnote-list", away && "away", "localStorage");
  }
  const open = document.body.classList.toggle("fn-drawn");
  if (open) one("#fn-conversation-search")?.focus();
}

function conversation(row, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
  event.preventDefault();
  document.body.classList.remove("fn-drawn");
  go(row.dataset.id);
}

async function changeConversation(data) {
  const answer = await request("conversations", posted(data));
  await relist();
  return answer?.ok;
}

async function rowAction({ dataset: { doing, id, name } }) {
  if (doing === "rename") {
    const given = await askLine(words.CONVERSATION_NAME, words.SAVE, { value: name, maxLength: 120 });
    if (given !== null) await changeConversation({ doing, conversation: id, name: given });
    return;
  }
  if (!(await changeConversation({ doing, conversation: id })) || doing !== "delete") return;
  undoable(words.DELETED, () => changeConversation({ doing: "restore", conversation: id }));
  if (conversationId() === id) go();
}

function rowMenu(button) {
  const menu = one("#fn-row-menu");
  state.row = button;
  for (const each of all("button", menu)) Object.assign(each.dataset, { id: button.dataset.id, name: button.dataset.name });
  one("[data-doing=pin]", menu).hidden = "pinned" in button.dataset;
  one("[data-doing=unpin]", menu).hidden = !("pinned" in button.dataset);
  menu.showPopover();
}

function undoable(text, undo) {
  one(".fn-undo")?.remove();
  const line = make("div", { className: "fn-undo", role: "status" }, make("span", {}, text));
  if (undo) line.append(make("button", { type: "button", textContent: words.UNDO, onclick: () => { line.remove(); undo(); } }));
  document.body.append(line);
  setTimeout(() => line.remove(), 12000);
}

// A menu opens beside its button, inside the window.
listen("toggle", ({ target: menu, newState }) => {
  if (!menu.matches?.(".fn-menu")) return;
  const opener = menu.id === "fn-row-menu" ? state.row : one(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (menu.id === "fn-row-menu") opener.ariaExpanded = newState === "open";
  if (newState !== "open") return;
  const at = opener?.getBoundingClientRect();
  if (!at) return;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - menu.offsetWidth - 8))}px`;
  const below = at.bottom + 4;
  menu.style.top = `${below + menu.offsetHeight > window.innerHeight ? Math.max(8, at.top - menu.offsetHeight - 4) : below}px`;
  one("button", menu)?.focus({ preventScroll: true });
}, true);
listen("click", (event) => {
  if (event.target.closest?.(".fn-menu [data-do]")) event.target.closest(".fn-menu").hidePopover();
  if (document.body.classList.contains("fn-drawn") && !event.target.closest?.("#fn-list, .fn-drawer, dialog, .fn-undo")) {
    document.body.classList.remove("fn-drawn");
  }
});
// ---- Finding in the articles, beside the conversation

let searches = 0;
async function find(typed, place) {
  const number = ++searches;
  const answer = typed.trim() ? await request(`find?${new URLSearchParams({ words: typed })}`) : null;
  if (number !== searches || !place.isConnected) return;
  put(place, answer ? await answer.text() : "");
}

async function findHere() {
  const input = one("#fn-find");
  if (!input) return;
  state.sought = input.value;
  await find(input.value, one("#fn-found"));
  one(".fn-listing")?.classList.toggle("fn-finding", Boolean(input.value.trim()));
}

// The list of articles is written anew: what was looked for is looked for again.
listen("footnote:pane", () => {
  const input = one("#fn-find");
  if (!input || input.value || !state.sought) return;
  input.value = state.sought;
  findHere();
});

// ---- Watched questions

async function watchQuestion(button) {
  const turn = button.closest("[data-turn]");
  const answer = await request("watches", posted({ question: button.dataset.question, ...limits() }));
  const told = await answer?.json().catch(() => null);
  undoable(told?.error || told?.told || words.COPY_FAILED);
  turn?.focus?.();
}

async function newest() {
  const answer = await request("watches/news");
  if (answer?.ok && one("[data-news=watched]")) one("[data-news=watched]").textContent = await answer.text();
}

const watched = () => showWatched(present(words.WATCHED, "fn-watched"));

async function showWatched(body = one(".fn-watched .fn-dialog-body")) {
  const answer = await request("watches");
  if (answer?.ok && body) put(body, await answer.text());
}

async function unwatch({ dataset }) {
  await request("watches", posted({ leave: dataset.id }));
  await showWatched();
}

// ---- What the server shows in a dialog: watched questions, settings, the articles' own sentences

function present(title, className, body = make("div", { className: "fn-dialog-body" })) {
  const close = make("button", { type: "button", textContent: words.CLOSE, onclick: () => shown.close() });
  const shown = dialog(className, title, make("h2", {}, title), body, make("div", { className: "fn-help-foot" }, close));
  shown.addEventListener("click", (event) => { if (event.target.closest("[data-do=ask], [data-do=open]")) shown.close(); });
  return body;
}

async function settings() {
  const answer = await request("settings");
  if (!answer?.ok) return undoable((await answer?.json().catch(() => null))?.error || words.COPY_FAILED);
  put(present(words.SETTINGS, "fn-settings"), await answer.text());
}

async function look(button) {
  button.disabled = true;
  const answer = await request("settings/look", { method: "POST" });
  button.disabled = false;
  if (answer?.ok) put(one("#fn-models"), await answer.text());
}

function model({ dataset }) {
  one(".fn-settings [name=llm_url]").value = dataset.url;
  one(".fn-settings [name=llm_model]").value = dataset.model;
}

listen("submit", async (event) => {
  if (event.target.dataset.form !== "settings") return;
  event.preventDefault();
  const answer = await request("settings", posted(Object.fromEntries(new FormData(event.target))));
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) {
    event.target.closest("dialog")?.close();
    Object.assign(field("as_of") || {}, { defaultValue: told.as_of, value: told.as_of });
    setChips();
  }
  undoable(told?.told || told?.error || words.COPY_FAILED);
});

async function own(button) {
  const place = present(words.OWN, "fn-own");
  const answer = await request(`own?${new URLSearchParams({ c: conversationId(), n: turnOf(button) })}`);
  if (answer?.ok) put(place, await answer.text());
}

let typing = 0;
listen("input", (event) => {
  const search = { "fn-conversation-search": relist, "fn-find": findHere, "fn-command": command }[event.target.id];
  if (!search) return;
  clearTimeout(typing);
  typing = setTimeout(search, 150);
});
// What to ask next is tried on the server while the answer is read.
const [WAIT, MOST_WAITS] = [3000, 40];
async function askNext() {
  const place = one("[data-next]", element);
  if (!place || !one(".fn-log", element) || place.dataset.asked) return;
  place.dataset.asked = "1";
  const answer = await request(`next?${new URLSearchParams({ c: conversationId(), n: place.dataset.next })}`);
  const html = answer?.ok ? await answer.text() : "";
  if (!place.isConnected) return;
  put(place, html);
  if (html || place.dataset.next !== "-1" || ++state.waited > MOST_WAITS) return;
  setTimeout(() => { delete place.dataset.asked; askNext(); }, WAIT);
}

Object.assign(actions, { "list-all": listAll, settings, look, model, own, watch: watchQuestion, watched, unwatch, drawer, conversation, "row-menu": rowMenu, "conversation-change": rowAction });
listen("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("fn-drawn") || one("dialog[open], :popover-open")) return;
  document.body.classList.remove("fn-drawn");
  one(".fn-drawer")?.focus();
});
document.body.classList.toggle("fn-listless", kept("footnote-list", "localStorage") === "away");
whenThere("#fn-rows", relist);

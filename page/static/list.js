// ---- The list of conversations: rows that the server writes, asked for again when something has changed

const rows = () => one("#fn-rows");
const sought = () => one("#fn-conversation-search")?.value || "";

async function list_(path = "conversations", options = {}) {
  try {
    return await fetch(path, options);
  } catch {
    return null; // the server is away: what was listed stays
  }
}

// What the server wrote, all text in it escaped; no script in it would run.
function put(place, html) {
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

let [listing, most, heard] = [0, "", false];
async function relist() {
  if (!rows()) return;
  const number = ++listing;
  const answer = await list_(`conversations?${new URLSearchParams({ words: sought(), ...(most && { most }) })}`);
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
  const id = one(".fn-log", element)?.dataset.conversation;
  for (const row of all("#fn-rows a")) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "page");
    else row.removeAttribute("aria-current");
  }
}

// Beside the conversation where there is room, and there it can be put away; over it where there is none.
const WIDE = window.matchMedia("(min-width: 1280px)");

function drawer() {
  if (WIDE.matches) {
    const away = document.body.classList.toggle("fn-listless");
    try {
      localStorage.setItem("footnote-list", away ? "away" : "");
    } catch {
      // without storage it is there again after a reload
    }
    return;
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
  const body = JSON.stringify(data);
  const answer = await list_("conversations", { method: "POST", body, headers: { "content-type": "application/json" } });
  await relist();
  return answer?.ok;
}

async function changed_({ dataset: { doing, id, name } }) {
  if (doing === "rename") {
    const given = await askFor(words.name, name);
    if (given !== null) await changeConversation({ doing, conversation: id, name: given });
    return;
  }
  if (!(await changeConversation({ doing, conversation: id })) || doing !== "delete") return;
  undoable(words.deleted, () => changeConversation({ doing: "restore", conversation: id }));
  if (one(".fn-log", element)?.dataset.conversation === id) go();
}

function rowMenu(button) {
  const menu = one("#fn-row-menu");
  state.row = button;
  for (const each of all("button", menu)) Object.assign(each.dataset, { id: button.dataset.id, name: button.dataset.name });
  one("[data-doing=pin]", menu).hidden = "pinned" in button.dataset;
  one("[data-doing=unpin]", menu).hidden = !("pinned" in button.dataset);
  menu.showPopover();
}

// A line of text, asked for in a dialog; null where that was left.
function askFor(label, value) {
  return new Promise((resolve) => {
    const dialog = make("dialog", { className: "fn-dialog" });
    const form = make("form", { method: "dialog" });
    const input = make("input", { id: "fn-asked-for", value, maxLength: 120, autocomplete: "off" });
    const buttons = make("div", {});
    const cancel = make("button", { type: "button", textContent: words.cancel });
    buttons.append(cancel, make("button", { type: "submit", className: "fn-send", textContent: words.save }));
    form.append(make("label", { htmlFor: "fn-asked-for", textContent: label }), input, buttons);
    dialog.append(form);
    dialog.setAttribute("aria-label", label);
    let given = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => { given = input.value; });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(given); });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}

function undoable(text, undo) {
  one(".fn-undo")?.remove();
  const line = make("div", { className: "fn-undo" });
  const button = make("button", { type: "button", textContent: words.undo });
  line.setAttribute("role", "status");
  line.append(make("span", { textContent: text }));
  if (undo) line.append(button);
  button.addEventListener("click", () => { line.remove(); undo(); });
  document.body.append(line);
  setTimeout(() => line.remove(), 12000);
}

// A menu opens beside its button, inside the window.
listen("toggle", ({ target: menu, newState }) => {
  if (!menu.matches?.(".fn-menu")) return;
  const opener = menu.id === "fn-row-menu" ? state.row : one(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (menu.id === "fn-row-menu") opener?.setAttribute("aria-expanded", newState === "open");
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
async function find(words_, place) {
  const number = ++searches;
  const answer = words_.trim() ? await list_(`find?${new URLSearchParams({ words: words_ })}`) : null;
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

async function watch_(button) {
  const turn = button.closest("[data-turn]");
  const body = JSON.stringify({ question: button.dataset.question, ...limits() });
  const answer = await list_("watches", { method: "POST", body, headers: { "content-type": "application/json" } });
  const told = await answer?.json().catch(() => null);
  undoable(told?.error || told?.told || words.failed);
  turn?.focus?.();
}

async function newest() {
  const answer = await list_("watches/news");
  if (answer?.ok && one("[data-news=watched]")) one("[data-news=watched]").textContent = await answer.text();
}

const watched = () => showWatched(shownIn(words.watched, "fn-watched"));

async function showWatched(body = one(".fn-watched .fn-dialog-body")) {
  const answer = await list_("watches");
  if (answer?.ok && body) put(body, await answer.text());
}

async function unwatch({ dataset }) {
  const body = JSON.stringify({ leave: dataset.id });
  await list_("watches", { method: "POST", body, headers: { "content-type": "application/json" } });
  await showWatched();
}

// ---- What the server shows in a dialog: watched questions, settings, the articles' own sentences

function shownIn(title, className) {
  const dialog = make("dialog", { className: `fn-dialog ${className}` });
  const body = make("div", { className: "fn-dialog-body" });
  const shut = make("button", { type: "button", textContent: words.close });
  const foot = make("div", { className: "fn-help-foot" });
  foot.append(shut);
  shut.addEventListener("click", () => dialog.close());
  dialog.append(make("h2", { textContent: title }), body, foot);
  dialog.setAttribute("aria-label", title);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-do=ask], [data-do=open]")) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return body;
}

async function settings() {
  const answer = await list_("settings");
  if (!answer?.ok) return undoable((await answer?.json().catch(() => null))?.error || words.failed);
  put(shownIn(words.settings, "fn-settings"), await answer.text());
}

async function look(button) {
  button.disabled = true;
  const answer = await list_("settings/look", { method: "POST" });
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
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)));
  const answer = await list_("settings", { method: "POST", body, headers: { "content-type": "application/json" } });
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) {
    event.target.closest("dialog")?.close();
    Object.assign(field("as_of") || {}, { defaultValue: told.as_of, value: told.as_of });
    setChips();
  }
  undoable(told?.told || told?.error || words.failed);
});

async function own(button) {
  const place = shownIn(words.own, "fn-own");
  const c = one(".fn-log", element).dataset.conversation;
  const answer = await list_(`own?${new URLSearchParams({ c, n: button.closest("[data-turn]").dataset.turn })}`);
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
  const c = one(".fn-log", element).dataset.conversation;
  const answer = await list_(`next?${new URLSearchParams({ c, n: place.dataset.next })}`);
  const html = answer?.ok ? await answer.text() : "";
  if (!place.isConnected) return;
  put(place, html);
  if (html || place.dataset.next !== "-1" || ++state.waited > MOST_WAITS) return;
  setTimeout(() => { delete place.dataset.asked; askNext(); }, WAIT);
}

Object.assign(actions, { "list-all": listAll, settings, look, model, own, watch: watch_, watched, unwatch, drawer, conversation, "row-menu": rowMenu, "conversation-change": changed_ });
listen("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("fn-drawn") || one("dialog[open], :popover-open")) return;
  document.body.classList.remove("fn-drawn");
  one(".fn-drawer")?.focus();
});
try {
  document.body.classList.toggle("fn-listless", localStorage.getItem("footnote-list") === "away");
} catch {
  // without storage it is there
}
whenThere("#fn-rows", relist);

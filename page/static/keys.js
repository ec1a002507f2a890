// ---- The keyboard: single keys outside of fields, Ctrl+K for everything, ? for help

const typingIn = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function jump(by) {
  const turns = all("[data-turn]", element);
  if (!turns.length) return;
  const top = element.getBoundingClientRect().top;
  const held = turns.indexOf(document.activeElement.closest?.("[data-turn]"));
  const at = held < 0 ? turns.findLastIndex((turn) => turn.getBoundingClientRect().top <= top + 40) : held;
  const next = turns[Math.max(0, Math.min(turns.length - 1, at + by))];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start", behavior: behavior() });
}

function footnote(by) {
  if (state.opener?.turn !== undefined && opener()) return step(by);
  const turn = document.activeElement.closest?.("[data-turn]") || all("[data-turn]", element).at(-1);
  const marks = turn ? passages(turn) : [];
  if (marks.length) open(marks.at(by > 0 ? 0 : -1));
}

function help() {
  const rows = Object.entries(words.KEYS).flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)]);
  present(words.HELP, "fn-help", make("dl", {}, ...rows));
}

// Everything in one place: what is typed can be asked or found, and leads to actions and conversations.
function palette() {
  if (one(".fn-palette")) return;
  const input = make("input", { id: "fn-command", type: "text", autocomplete: "off", placeholder: words.COMMAND, ariaLabel: words.COMMAND });
  const shown = dialog("fn-palette", words.COMMAND_OPEN, input, make("ul", { id: "fn-commands" }), make("div", { id: "fn-command-found" }));
  shown.addEventListener("keydown", (event) => {
    const buttons = all("button, #fn-command", shown);
    const at = buttons.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      buttons[(at + by + buttons.length) % buttons.length]?.focus();
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      command(); // what was typed last may not be looked up yet
      one("#fn-commands button")?.click();
    }
  });
  shown.addEventListener("click", (event) => { if (event.target.closest("button")) shown.close(); }, true);
  command();
}

function command() {
  if (!one("#fn-command")) return;
  const typed = one("#fn-command").value.trim();
  const entry = (text, run) => make("li", {}, make("button", { type: "button", textContent: text, dir: "auto", onclick: run }));
  const folded = typed.toLowerCase();
  const fits = (text) => text.toLowerCase().includes(folded);
  const does = Object.entries(words.COMMANDS).filter(([, text]) => fits(text)).map(([run, text]) => entry(text, commands[run]));
  const known = all("#fn-rows a").filter((row) => fits(row.textContent)).slice(0, 6)
    .map((row) => entry(row.firstElementChild.textContent, () => go(row.dataset.id)));
  const asks = typed ? [entry(words.COMMAND_ASK.replace("{question}", () => typed), () => ask(typed))] : [];
  one("#fn-commands").replaceChildren(...asks, ...does, ...known);
  find(typed, one("#fn-command-found"));
}

const commands = {
  fresh: actions.fresh,
  search: () => {
    if (!one("#fn-list")?.checkVisibility({ visibilityProperty: true })) drawer();
    one("#fn-conversation-search")?.focus();
  },
  contents,
  library: () => { location.href = "library"; },
  settings,
  watched,
  help,
};

const KEYS = { "/": () => box()?.focus(), n: () => footnote(1), p: () => footnote(-1), j: () => jump(1), k: () => jump(-1), "?": help };

listen("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return palette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typingIn(event.target) || one("dialog[open]")) return;
  if (!Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
Object.assign(actions, { help, palette });

// ---- What was loaded can be read when the server is away

function keepCopy() {
  const id = one(".fn-log[data-asked]", element) && conversationId();
  if (!id || !navigator.serviceWorker?.controller) return;
  const copy = element.cloneNode(true);
  for (const part of all("button:not(.fn-cite, .fn-number), .fn-menu, .fn-further, .fn-actions", copy)) part.remove();
  navigator.serviceWorker.controller.postMessage({ keep: `./?c=${id}`, html: new XMLSerializer().serializeToString(copy), title: questionOf(one("[data-turn]", element)) });
}

if (navigator.serviceWorker && window.isSecureContext) {
  navigator.serviceWorker.register("sw.js").catch(() => {}); // without it, the page works while the server does
}
listen("submit", (event) => { // who signs out leaves nothing behind
  if (event.target.matches("[action=logout]")) navigator.serviceWorker?.controller?.postMessage({ forget: true });
});

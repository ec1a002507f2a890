// What the scripts of the chat and of the library share. The page's own script sets `words`.

const NARROW = window.matchMedia("(max-width: 999px)");
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// What the server wrote, all text in it escaped; no script in it would run.
function put(place, html) {
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

// The server's answer, or null where it is away.
const request = (path, options = {}) => fetch(path, { cache: "no-store", ...options }).catch(() => null);
const posted = (data) => ({ method: "POST", body: JSON.stringify(data) });

// Without storage, a reload begins anew.
function keep(name, text, storage = "sessionStorage") {
  try {
    if (text) window[storage].setItem(name, text);
    else window[storage].removeItem(name);
  } catch {
    return;
  }
}

function kept(name, storage = "sessionStorage") {
  try {
    return window[storage].getItem(name) || "";
  } catch {
    return "";
  }
}

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// What lies over the page on a narrow screen is a dialog there.
function over(panel, on) {
  if (panel) Object.assign(panel, { role: on ? "dialog" : null, ariaModal: on ? "true" : null });
}

// ---- Dialogs

function dialog(className, label, ...parts) {
  const shown = make("dialog", { className: `fn-dialog ${className}`, ariaLabel: label }, ...parts);
  shown.addEventListener("close", () => shown.remove());
  document.body.append(shown);
  shown.showModal();
  return shown;
}

// What a form in a dialog was sent with; null where that was left.
function askFor(label, send, ...parts) {
  const cancel = make("button", { type: "button", textContent: words.CANCEL, onclick: () => shown.close() });
  const buttons = make("div", {}, cancel, make("button", { type: "submit", value: "sent", className: "fn-send", textContent: send }));
  const form = make("form", { method: "dialog" }, ...parts, buttons);
  const shown = dialog("", label, form);
  return new Promise((resolve) => {
    shown.addEventListener("close", () => resolve(shown.returnValue ? Object.fromEntries(new FormData(form)) : null));
  });
}

// A line of text.
async function askLine(label, send, properties) {
  const input = make("input", { id: "fn-asked-for", name: "line", autocomplete: "off", ...properties });
  const sent = askFor(label, send, make("label", { htmlFor: input.id, textContent: label }), input);
  input.select();
  return (await sent)?.line ?? null;
}

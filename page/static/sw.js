// Keeps what a page is made of, and a copy to read of each conversation that was shown, for when the server is away.

const KEPT = "footnote-1";
const LASTING = /\/(?:assets|static|svelte|fonts)\/|\.css(?:\?|$)/;
const MOST = 50;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => copyOf(url)));
  else if (LASTING.test(url.pathname + url.search)) event.respondWith(lasting(request));
});

async function lasting(request) {
  const cache = await caches.open(KEPT);
  const known = await cache.match(request);
  if (known) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok) cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    return await cache.match(request, { ignoreSearch: true }) || Promise.reject(error);
  }
}

async function copyOf(url) {
  const cache = await caches.open(KEPT);
  const c = url.searchParams.get("c");
  const found = c ? await cache.match(new URL(`./?c=${encodeURIComponent(c)}`, self.registration.scope)) : null;
  if (found) return found;
  const rows = await Promise.all((await copies(cache)).map(async (each) => [each.url, (await cache.match(each)).headers.get("x-title")]));
  const list = rows.map(([to, title]) => `<li><a href="${escape_(to)}">${escape_(decodeURIComponent(title || ""))}</a></li>`).join("");
  return page(`<h2>Footnote</h2><ul>${list}</ul>`);
}

const escape_ = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function page(body, title = "") {
  const css = ["page.css", "desk.css"].map((name) => `<link rel="stylesheet" href="${name}">`).join("");
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Footnote</title>${css}<style>html,body{overflow:auto!important}</style>
<body class="fn-offline"><p class="fn-away">The server is away: this is a copy to read.</p><div id="fn-conversation">${body}</div></body></html>`;
  const headers = {
    "content-type": "text/html; charset=utf-8", "x-title": encodeURIComponent(title),
    "content-security-policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:",
  };
  return new Response(html, { headers });
}

self.addEventListener("message", (event) => event.waitUntil(told(event.data)));

// An epoch of the library ends with each purge: what was copied in an earlier one may hold what was erased.
async function told({ keep, html, title, forget, epoch }) {
  if (forget) return caches.delete(KEPT);
  const cache = await caches.open(KEPT);
  if (keep) await cache.put(new URL(keep, self.registration.scope), page(html, title));
  const here = new URL("epoch", self.registration.scope);
  const ended = epoch && (await (await cache.match(here))?.text()) !== epoch;
  for (const old of (await copies(cache)).slice(0, ended ? undefined : -MOST)) await cache.delete(old);
  if (ended) await cache.put(here, new Response(epoch));
}

const copies = async (cache) => (await cache.keys()).filter(({ url }) => new URL(url).searchParams.has("c"));

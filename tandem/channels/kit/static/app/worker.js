// The service worker of an installable mount. `self.tandem` stands above: mount, offline page, static files.
// Pages come from the network; a kept copy is shown only when there is none. Nothing but GET is ever answered here:
// no form is kept, repeated or queued.
"use strict";
const { mount, offline, files } = self.tandem;
const FILES = "tandem:files";
const PAGES = "tandem:pages:"; // and whose they are
const MOST = 24;
// Asked for by the worker: a message that was left for the person is not for this.
const quietly = (address) => new Request(address, { cache: "no-store", headers: { "Tandem-Live": "1" } });
let era = 0; // counts how often pages were forgotten, so that one that is still being read is not kept afterwards

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll([...files, quietly(offline)])));
});

self.addEventListener("activate", (event) => event.waitUntil(prune().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === `${mount}/logout`) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(fileFor(request));
  else if (request.mode === "navigate") event.respondWith(pageFor(event));
});

// A page that was open before the worker was asks to be kept too.
self.addEventListener("message", (event) => {
  const address = String(event.data?.keep || "");
  if (new URL(address, self.location.href).origin !== self.location.origin) return;
  event.waitUntil(fetch(quietly(address)).then((answer) => heed(answer, address)).catch(() => {}));
});

// -- static files: named by their content, so the first copy is as good as any ----------------------------------------

const fileFor = async (request) => {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
};

// Files of an earlier version stay as long as a kept page needs them.
const prune = async () => {
  const needed = new Set([...files, offline]);
  for (const cache of await pageCaches()) {
    for (const page of await cache.matchAll()) {
      for (const [address] of (await page.text()).matchAll(/\/static\/[\w.-]+/g)) needed.add(address);
    }
  }
  const cache = await caches.open(FILES);
  for (const request of await cache.keys()) {
    if (!needed.has(new URL(request.url).pathname)) await cache.delete(request);
  }
};

// -- pages ------------------------------------------------------------------------------------------------------------

const pageFor = async (event) => {
  const address = event.request.url;
  try {
    const answer = await fetch(event.request);
    event.waitUntil(heed(answer.clone(), address));
    return answer;
  } catch {
    return (await keptPage(address)) || (await offlinePage());
  }
};

const offlinePage = async () => (await (await caches.open(FILES)).match(offline, { ignoreVary: true })) || Response.error();

const keptPage = async (address) => {
  for (const cache of await pageCaches()) {
    const page = await cache.match(address);
    if (page) return page;
  }
};

// Do what an answer says of itself: whose it is, and whether it may be kept.
const heed = async (answer, address) => {
  const visitor = answer.headers.get("Tandem-Visitor");
  if (!visitor) return;
  const begun = await forget(visitor === "nobody" ? "" : PAGES + visitor);
  if (!answer.ok || answer.redirected || !answer.headers.get("Tandem-Keep")) return;
  const page = stamped(answer, await answer.text());
  if (begun !== era) return;
  const cache = await caches.open(PAGES + visitor);
  await cache.delete(address); // the newest stands last
  await cache.put(address, page);
  const addresses = await cache.keys();
  await Promise.all(addresses.slice(0, -MOST).map((old) => cache.delete(old)));
  await sameLanguage(answer.headers.get("Content-Language"));
};

// The copy says when it was made; messages that were meant for once and the tokens of forms are not in it.
const stamped = (answer, html) => {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary", "Tandem-Keep", "Tandem-Visitor"]) headers.delete(name);
  const copy = html
    .replace("<html ", `<html data-saved-at="${new Date().toISOString()}" `)
    .replace(/(<div id="flashes"[^>]*>)[\s\S]*?<\/div>/, "$1</div>")
    .replace(/(<input type="hidden" name="(?:csrf|idempotency_key)" value=")[^"]*/g, "$1");
  return new Response(copy, { headers });
};

const sameLanguage = async (language) => {
  const cache = await caches.open(FILES);
  const page = await cache.match(offline, { ignoreVary: true });
  if (page?.headers.get("Content-Language") !== language) await cache.add(quietly(offline)).catch(() => {});
};

const pageCaches = async () =>
  Promise.all((await caches.keys()).filter((name) => name.startsWith(PAGES)).map((name) => caches.open(name)));

// Forget the pages of everybody but this one visitor; of everybody when none is named.
const forget = async (but) => {
  if (!but) era += 1; // at once: what is being read now is hers no more
  const others = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== but);
  if (others.length) era += 1;
  await Promise.all(others.map((name) => caches.delete(name)));
  return era;
};

// Live parts. An element with data-topics refetches itself when the stream says that one of its topics changed:
// at once, then at most every 400 ms, and not while the tab is hidden or the reader has paused it.
(() => {
  "use strict";
  const { root, all, memory, on } = window.tandem;
  const EVERY_MS = 400;
  const MOST = 64;
  const waiting = new Map(); // part id -> {at, timer, busy, again}
  let paused = memory.get("paused") === "1";
  let streamState = "connecting";

  const parts = () => all("[data-topics]");
  const topicsOf = (part) => part.dataset.topics.split(" ").filter(Boolean);
  const topics = () => [...new Set(parts().flatMap(topicsOf))].sort();

  // -- what the reader sees ---------------------------------------------------------------------------------------

  const show = () => {
    const state = paused ? "paused" : streamState;
    for (const button of all("[data-live-switch]")) {
      button.dataset.state = state;
      button.setAttribute("aria-pressed", String(!paused));
    }
  };

  const pause = (wanted) => {
    paused = wanted;
    memory.set("paused", paused ? "1" : "0");
    show();
    if (!paused) catchUp();
  };

  // -- refetching one part ----------------------------------------------------------------------------------------

  const stateOf = (id) => {
    if (!waiting.has(id)) waiting.set(id, { at: 0, timer: 0, busy: false, again: false });
    return waiting.get(id);
  };

  const refresh = (part) => {
    const state = stateOf(part.id);
    state.again = true;
    if (paused || document.hidden || state.busy || state.timer) return;
    const rest = state.at + EVERY_MS - performance.now();
    if (rest > 0) {
      state.timer = setTimeout(() => { state.timer = 0; refreshById(part.id); }, rest);
    } else {
      fetchPart(part, state);
    }
  };

  const refreshById = (id) => {
    const part = document.getElementById(id);
    if (part && stateOf(id).again) refresh(part);
  };

  const fetchPart = async (part, state) => {
    state.busy = true;
    state.again = false;
    state.at = performance.now();
    const address = location.pathname + location.search;
    try {
      const answer = await fetch(address, {
        headers: { "HX-Request": "true", "HX-Target": `${part.localName}#${part.id}`, "Tandem-Live": "1" },
      });
      const login = answer.headers.get("HX-Redirect");
      if (login) { location.href = login; return; }
      const text = answer.ok ? await answer.text() : "";
      const here = address === location.pathname + location.search && part.isConnected && !paused;
      if (text && here) await htmx.swap({ text, target: part, swap: "outerMorph", sourceElement: part });
    } catch {
      state.again = true; // the network is away: the stream's return brings the part up to date
    } finally {
      state.busy = false;
      if (state.again && streamState === "live") refreshById(part.id);
    }
  };

  const catchUp = () => parts().forEach((part) => { if (stateOf(part.id).again) refresh(part); });

  setInterval(() => {
    for (const part of all("[data-every-s]")) {
      if (performance.now() - stateOf(part.id).at >= part.dataset.everyS * 1000) refresh(part);
    }
  }, 1000);

  const changed = (names) => {
    const seen = new Set(names);
    parts().filter((part) => topicsOf(part).some((topic) => seen.has(topic))).forEach(refresh);
  };

  // -- rows that are gone leave before the morph, so that the focus is not lost with them ---------------------------

  document.addEventListener("htmx:before:swap", ({ detail }) => {
    for (const { fragment, target } of detail.tasks) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place || !fragment.querySelector("[data-row]")) continue;
      const coming = new Set(all("[data-row]", fragment).map((row) => row.id));
      detail.ctx.known = new Set(all("[data-row]", place).map((row) => row.id));
      for (const row of all("[data-row]", place)) if (!coming.has(row.id)) leave(row);
    }
  });

  const leave = (row) => {
    if (row.contains(document.activeElement)) {
      const next = row.nextElementSibling || row.previousElementSibling;
      next?.querySelector("a, input, button")?.focus();
    }
    row.remove();
  };

  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const { known, sourceElement } = detail.ctx;
    if (!known?.size || !sourceElement?.matches?.("[data-topics]")) return;
    for (const row of all("[data-row]")) if (!known.has(row.id)) row.classList.add("fresh");
  });

  // -- one stream per browser -------------------------------------------------------------------------------------
  // The tab that is looked at holds a lock and with it the stream; the others hear from it over a channel.

  const me = Math.random().toString(36).slice(2);
  const wants = new Map(); // tab -> topics
  let source = null;
  let subscribed = "";
  let retryMs = 500;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("tandem:" + root.dataset.stream) : null;
  const tell = (message) => channel?.postMessage({ from: me, ...message });

  const told = (state) => { streamState = state; show(); };

  // More topics than one stream takes are asked for by kind: `Alarm` instead of many `Alarm:7`.
  const joined = () => {
    const names = [...new Set([...topics(), ...[...wants.values()].flat()])].sort();
    return names.length <= MOST ? names : [...new Set(names.map((name) => name.split(":")[0]))];
  };

  const open = () => {
    const wanted = joined().join(",");
    if (!wanted || (source && wanted === subscribed)) return;
    source?.close();
    subscribed = wanted;
    source = new EventSource(`${root.dataset.stream}?topics=${encodeURIComponent(wanted)}`);
    source.addEventListener("open", opened);
    source.addEventListener("error", failed);
    source.addEventListener("refresh", () => heard([...topics(), ...[...wants.values()].flat()]));
    for (const topic of wanted.split(",")) {
      source.addEventListener(topic, ({ data }) => heard([topic, ...JSON.parse(data)]));
    }
  };

  const opened = (event) => {
    if ("data" in event) return; // the stream's own first event has the same name
    retryMs = 500;
    told("live");
    tell({ state: "live" });
    parts().forEach(refresh); // what changed between the page and the stream
  };

  const failed = () => {
    told("reconnecting");
    tell({ state: "reconnecting" });
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(() => { if (leading && !source) open(); }, retryMs * (0.7 + 0.6 * Math.random()));
    retryMs = Math.min(retryMs * 2, 30000);
  };

  const heard = (names) => {
    changed(names);
    tell({ names });
  };

  let leading = false;
  const lead = () => {
    leading = true;
    tell({ ask: true });
    open();
    return new Promise(() => {}); // held until the tab closes or another one takes it
  };
  const follow = () => {
    leading = false;
    source?.close();
    source = null;
    tell({ wants: topics() });
  };

  const seekLead = (steal) => {
    if (!navigator.locks || !channel) { lead(); return; }
    navigator.locks.request("tandem:" + root.dataset.stream, steal ? { steal: true } : {}, lead)
      .catch(() => { follow(); seekLead(false); });
  };

  channel?.addEventListener("message", ({ data }) => {
    if (data.ask) tell({ wants: topics() });
    if (data.wants && leading) { wants.set(data.from, data.wants); open(); }
    if (data.gone) wants.delete(data.from);
    if (data.state && !leading) { told(data.state); if (data.state === "live") parts().forEach(refresh); }
    if (data.names) changed(data.names);
  });

  const start = () => {
    if (!root.dataset.stream || !parts().length) return;
    show();
    seekLead(!document.hidden);
    tell({ wants: topics() });
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !parts().length) return;
    if (!leading) seekLead(true);
    catchUp();
  });
  window.addEventListener("pagehide", () => { tell({ gone: true }); source?.close(); source = null; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { subscribed = ""; open(); } });
  on("click", "[data-live-switch]", () => pause(!paused));

  window.tandem.live = { changed, toggle: () => pause(!paused) };
  start();
})();

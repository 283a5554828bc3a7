// Without a network: say so and since when, and let nothing be sent. Below an installable mount: register the worker.
(() => {
  "use strict";
  const { root, all } = window.tandem;
  const AGAIN_MS = 15000;
  const saved = root.dataset.savedAt; // the worker wrote it: this page is a kept copy
  const loaded = saved ? new Date(saved) : new Date();
  const SENDS = "form[method=post] button:not([type=button]), a[data-sends]";
  let off = false;
  all(`[data-copy=${saved ? "open" : "saved"}]`).forEach((other) => other.remove());

  // A device without the world outside may still reach us, so it is asked before anything is refused.
  const reaches = () =>
    fetch(`${root.dataset.mount}/login`, { method: "HEAD", cache: "no-store", headers: { "Tandem-Live": "1" } }).then(
      () => true,
      () => false,
    );

  const look = async () => {
    if (saved) {
      show(true);
      if (navigator.onLine && (await reaches())) location.reload();
    } else {
      show(!navigator.onLine && !(await reaches()));
    }
  };

  const show = (now) => {
    off = now;
    for (const banner of all("[data-offline]")) {
      banner.hidden = !off;
      for (const time of all("time", banner)) {
        time.dateTime = loaded.toISOString();
        time.textContent = told(loaded);
      }
    }
    all(SENDS).forEach(off ? refuse : allow);
  };

  const told = (instant) => {
    const today = instant.toDateString() === new Date().toDateString();
    const language = root.lang.slice(0, 2).replace("en", "en-GB"); // as the server writes dates
    const style = { timeStyle: "short", hourCycle: "h23", ...(today ? {} : { dateStyle: "medium" }) };
    return new Intl.DateTimeFormat(language, style).format(instant);
  };

  const refuse = (sender) => {
    if (sender.dataset.refused) return;
    sender.dataset.refused = "1";
    sender.setAttribute("aria-disabled", "true");
    sender.setAttribute("aria-describedby", "why-offline");
    const last = all("button", sender.form || sender.parentElement).filter((one) => one.matches(SENDS)).at(-1);
    if (last && last !== sender) return; // one reason for a form
    const reason = document.createElement("small");
    reason.className = "soft";
    reason.dataset.whyOffline = "";
    reason.textContent = document.getElementById("why-offline").textContent;
    sender.after(reason);
  };

  const allow = (sender) => {
    if (!sender.dataset.refused) return;
    delete sender.dataset.refused;
    sender.removeAttribute("aria-disabled");
    sender.removeAttribute("aria-describedby");
    all("[data-why-offline]").forEach((reason) => reason.remove());
  };

  const stop = (event) => {
    const sends = event.type === "submit" ? event.target.method === "post" : event.target.closest?.("a[data-sends]");
    if (!off || !sends) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("submit", stop, true);
  window.addEventListener("click", stop, true);

  window.addEventListener("offline", look);
  window.addEventListener("online", look);
  if (saved) {
    show(true);
    setInterval(() => { if (!document.hidden) look(); }, AGAIN_MS);
  } else {
    look();
  }

  // -- the worker ---------------------------------------------------------------------------------------------------

  const workers = navigator.serviceWorker; // browsers have it on https and on this machine only
  if (!root.dataset.worker || !workers || saved) return;
  window.addEventListener("load", async () => {
    const [visit] = performance.getEntriesByType("navigation");
    try {
      await workers.register(root.dataset.worker, { scope: root.dataset.mount, updateViaCache: "none" });
      const { active } = await workers.ready;
      if (!visit?.workerStart) active.postMessage({ keep: location.href.split("#")[0] });
    } catch { /* without a worker everything works but the opening offline */ }
  });
})();

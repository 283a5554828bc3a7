// Single-key shortcuts. They do nothing while somebody types, with a modifier, or when they are switched off.
(() => {
  "use strict";
  const { root, all, on } = window.tandem;
  const sheet = () => document.querySelector("[data-shortcuts]");

  const rowTarget = (row) => row.querySelector("[data-row-link]") || row.querySelector("a, [name=pick], button");
  const currentRow = () => document.activeElement?.closest("[data-row]");

  const step = (by) => {
    const rows = all("[data-row]");
    const at = rows.indexOf(currentRow());
    const next = at < 0 ? rows[by > 0 ? 0 : rows.length - 1] : rows[at + by];
    if (!next) return;
    rowTarget(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const pick = () => {
    const box = currentRow()?.querySelector("[name=pick]");
    box?.click();
  };

  const showFilters = () => {
    const menu = document.querySelector("[data-filters]");
    if (!menu) return;
    menu.open = true;
    menu.querySelector("input, select")?.focus();
  };

  const KEYS = {
    "?": () => sheet()?.showModal(),
    "/": () => (document.querySelector(".filters [data-search]") || document.querySelector("[data-search]"))?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: pick,
    f: showFilters,
    p: () => window.tandem.live?.toggle(),
  };

  const typing = (element) =>
    element?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return;
    if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(document.activeElement) || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  on("click", "[data-open-shortcuts]", () => sheet()?.showModal());
})();

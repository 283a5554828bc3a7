// The frame: menus that close, clocks that run.
(() => {
  "use strict";
  const { all } = window.tandem;

  const openMenus = () => all("details.menu[open]");
  document.addEventListener("click", ({ target }) =>
    openMenus().forEach((menu) => { if (!menu.contains(target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });

  // -- clocks: the server says how many seconds are left, the browser only counts them down -------------------------
  const begun = new WeakMap();
  const two = (number) => String(number).padStart(2, "0");
  const digits = (seconds) => {
    const left = Math.abs(seconds);
    return `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  };
  const tick = () => {
    for (const clock of all("[data-left-s]")) {
      const said = clock.dataset.leftS;
      if (begun.get(clock)?.said !== said) begun.set(clock, { said, at: performance.now() });
      const left = Math.round(Number(said) - (performance.now() - begun.get(clock).at) / 1000);
      if (Math.abs(left) > 86400) continue;
      clock.querySelector("time").textContent = digits(left);
      if (left < 0) clock.dataset.tone = "bad";
    }
  };
  if (document.querySelector("[data-left-s]")) {
    tick();
    document.addEventListener("htmx:after:swap", tick);
    setInterval(() => { if (!document.hidden) tick(); }, 1000);
  }
})();

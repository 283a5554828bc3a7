// One namespace for the kit's scripts; each file below is a closed function that hangs on it what others call.
window.tandem = (() => {
  "use strict";
  const root = document.documentElement;

  // Call `act(event, element)` when an event happens on an element that matches, now or later.
  const on = (kind, selector, act) =>
    document.addEventListener(kind, (event) => {
      const element = event.target instanceof Element && event.target.closest(selector);
      if (element) act(event, element);
    });

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A value that lives as long as this tab.
  const memory = {
    get: (name) => { try { return sessionStorage.getItem("tandem." + name); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem("tandem." + name, value); } catch { /* private mode */ } },
    drop: (name) => { try { sessionStorage.removeItem("tandem." + name); } catch { /* private mode */ } },
  };

  return { root, on, all, memory };
})();

// List pages: pick all, count the picked, leave empty filters out of the address, close a menu once it was used.
(() => {
  "use strict";
  const { all, on } = window.tandem;

  const picks = (form) => all("[name=pick]", form);

  const count = (form) => {
    const boxes = picks(form);
    const picked = boxes.filter((box) => box.checked).length;
    const shown = form.querySelector("[data-picked]");
    if (shown) shown.textContent = picked;
    const every = form.querySelector("[data-pick-all]");
    if (every) {
      every.checked = picked > 0 && picked === boxes.length;
      every.indeterminate = picked > 0 && picked < boxes.length;
    }
  };

  on("change", "[data-pick-all]", (event, every) => {
    picks(every.form).forEach((box) => { box.checked = every.checked; });
    count(every.form);
  });
  on("change", "[name=pick]", (event, box) => count(box.form));
  document.addEventListener("reset", ({ target }) => setTimeout(() => count(target)));
  const countAll = () => all(".rows-form").forEach(count);
  document.addEventListener("htmx:after:swap", countAll);
  window.addEventListener("pageshow", countAll); // a browser that comes back restores the ticks

  document.addEventListener("formdata", ({ target, formData }) => {
    if (!target.matches("[data-drop-empty]")) return;
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
  on("submit", "form[method=get]", (event, form) => {
    form.closest("details.menu")?.removeAttribute("open");
    all("details.menu[open]", form).forEach((menu) => menu.removeAttribute("open"));
  });
})();

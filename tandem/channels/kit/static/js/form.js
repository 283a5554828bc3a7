// Forms: the summary of mistakes is read first, a form is sent once, a draft outlives a lost page.
(() => {
  "use strict";
  const { all, memory, on } = window.tandem;

  document.querySelector("[data-focus]")?.focus();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  }, true);
  const again = (form) => { delete form.dataset.sent; form.removeAttribute("aria-busy"); };
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(again));
  document.addEventListener("htmx:finally:request", () => all("form[data-sent]").forEach(again));

  // -- drafts: kept for this tab only; secrets and hidden fields never --------------------------------------------
  const kept = (form) =>
    all("input, select, textarea", form).filter((field) => field.name && !["hidden", "password", "file"].includes(field.type));
  const nameOf = (form) => "draft." + location.pathname + "." + form.dataset.draft;

  on("input", "form[data-draft]", (event, form) => {
    const typed = kept(form).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]);
    memory.set(nameOf(form), JSON.stringify(typed));
  });
  on("submit", "form[data-draft]", (event, form) => memory.drop(nameOf(form)));

  for (const form of all("form[data-draft]")) {
    const draft = memory.get(nameOf(form));
    if (!draft || form.querySelector(".errors")) continue;
    JSON.parse(draft).forEach(([name, value], index) => {
      const field = kept(form)[index];
      if (!field || field.name !== name) return;
      if (typeof value === "boolean") field.checked = value;
      else field.value = value;
    });
  }
})();

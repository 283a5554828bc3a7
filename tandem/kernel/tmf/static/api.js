"use strict";
// Tries an operation from its form. The token stays in this tab (sessionStorage) and goes nowhere but to this server.

const KEY = "tandem.api.token";
const token = document.querySelector("[data-token]");
token.value = sessionStorage.getItem(KEY) ?? "";
token.addEventListener("input", () => sessionStorage.setItem(KEY, token.value));
document.querySelector("[data-keep]").addEventListener("submit", (event) => event.preventDefault());

function requestOf(form) {
  let path = form.dataset.path;
  const query = [];
  const headers = { Accept: "application/json" };
  for (const input of form.querySelectorAll("[data-in]")) {
    const text = input.value.trim();
    if (text === "") continue;
    const name = input.dataset.name;
    if (input.dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(text));
    else if (input.dataset.in === "header") headers[name] = text;
    else if (name === "filter") query.push(text);
    else query.push(`${name}=${encodeURIComponent(text)}`);
  }
  if (token.value) headers.Authorization = `Bearer ${token.value}`;
  const body = form.querySelector("[data-body]");
  if (body) headers["Content-Type"] = form.querySelector("[data-media]").value;
  const url = query.length ? `${path}?${query.join("&")}` : path;
  return [url, { method: form.dataset.method, headers, body: body ? body.value : undefined, credentials: "omit" }];
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const output = form.querySelector("output");
  const [url, options] = requestOf(form);
  output.hidden = false;
  output.querySelector("[data-status]").textContent = `${options.method} ${url} …`;
  try {
    const started = performance.now();
    const answer = await fetch(url, options);
    const text = await answer.text();
    const took = Math.round(performance.now() - started);
    output.querySelector("[data-status]").textContent = `${options.method} ${url} → ${answer.status} in ${took} ms`;
    output.querySelector("[data-headers]").textContent = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
    output.querySelector("[data-answer]").textContent = readable(text);
  } catch (fault) {
    output.querySelector("[data-status]").textContent = `${options.method} ${url}: no answer (${fault.message})`;
  }
}

for (const form of document.querySelectorAll("[data-try]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  const media = form.querySelector("[data-media]");
  media?.addEventListener("change", () => {
    form.querySelector("[data-body]").value = media.selectedOptions[0].dataset.example;
  });
}

"use strict";
// Without this script the page reads the same; with it one can search and try.
(function () {
  const words = document.body.dataset;
  const search = document.getElementById("search");
  const token = document.getElementById("token");
  const operations = [...document.querySelectorAll(".operation")];
  document.querySelector(".tools").hidden = false;

  function make(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  // Search: every word must stand in the operation's method, path, summary or parameters.
  const texts = operations.map((one) => {
    const names = [...one.querySelectorAll("tr")].map((row) => row.dataset.name);
    return (one.firstElementChild.textContent + " " + names.join(" ")).toLowerCase();
  });
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    operations.forEach((one, at) => {
      one.hidden = !wanted.every((word) => texts[at].includes(word));
    });
    let found = 0;
    for (const section of document.querySelectorAll(".resource")) {
      const shown = section.querySelectorAll(".operation:not([hidden])").length;
      section.hidden = shown === 0;
      document.querySelector("[data-section='" + section.id + "']").hidden = shown === 0;
      found += shown;
    }
    for (const prose of document.querySelectorAll(".prose")) prose.hidden = wanted.length > 0;
    document.getElementById("nothing").hidden = found > 0;
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search) {
      search.value = "";
      search.dispatchEvent(new Event("input"));
    }
  });

  // A link to an operation opens it.
  function open() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const operation = target && target.closest(".operation");
    if (operation) {
      operation.open = true;
      operation.scrollIntoView();
    }
  }
  addEventListener("hashchange", open);
  open();

  // The form is made when an operation is opened, from the tables that describe it.
  for (const operation of operations) {
    operation.addEventListener("toggle", () => {
      if (operation.open && !operation.querySelector(".try")) {
        operation.querySelector(".body").append(form(operation), ...copies(operation));
      }
    });
  }

  function copies(operation) {
    if (!navigator.clipboard) return [];
    const caption = operation.querySelector("figcaption");
    const button = make("button", { type: "button", className: "plain-button", textContent: words.copy });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(operation.querySelector(".curl").textContent);
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    caption.append(" ", button);
    return [];
  }

  function form(operation) {
    const fields = make("div", { className: "fields" });
    const more = make("div", { className: "fields" });
    for (const place of ["path", "query", "header"]) {
      for (const row of operation.querySelectorAll("[data-in=" + place + "] tr")) {
        const input = make("input", { name: row.dataset.name, autocomplete: "off" });
        input.dataset.in = place;
        const isUsual = place === "path" || row.querySelector("em");
        (isUsual ? fields : more).append(make("label", {}, row.dataset.name, input));
        input.required = Boolean(isUsual);
      }
    }
    const parts = [make("b", { textContent: words.try }), fields];
    if (more.children.length) {
      parts.push(make("details", {}, make("summary", { textContent: words.more }), more));
    }
    const example = operation.querySelector(".json");
    if (example) {
      const rows = Math.min(14, example.textContent.split("\n").length + 1);
      const area = make("textarea", { name: "body", rows, value: example.textContent, spellcheck: false });
      parts.push(make("label", {}, words.body, area));
    }
    const result = make("div", { className: "result" });
    result.setAttribute("aria-live", "polite");
    const all = make("form", { className: "try" }, ...parts, make("button", { textContent: words.send }), result);
    all.addEventListener("submit", (event) => {
      event.preventDefault();
      send(operation, all, result);
    });
    return all;
  }

  async function send(operation, all, result) {
    let path = operation.dataset.path;
    const query = new URLSearchParams();
    const headers = { "Accept": "application/json", "Accept-Language": document.documentElement.lang };
    for (const input of all.querySelectorAll("input")) {
      if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value));
      else if (!input.value) continue;
      else if (input.dataset.in === "query") query.append(input.name, input.value);
      else headers[input.name] = input.value;
    }
    if (token.value) headers.Authorization = "Bearer " + token.value.trim();
    const credentials = token.value ? "omit" : "same-origin";
    const method = operation.dataset.method;
    const options = { method, headers, credentials, cache: "no-store" };
    const area = all.querySelector("textarea");
    if (area) {
      headers["Content-Type"] = "application/json";
      options.body = area.value;
    }
    const began = performance.now();
    try {
      if (!token.value && method !== "GET") headers["X-CSRF-Token"] = await proof();
      const answer = await fetch(path + (query.size ? "?" + query : ""), options);
      const text = await shown(answer);
      const took = Math.round(performance.now() - began);
      const lines = [...answer.headers].map(([name, value]) => name + ": " + value).join("\n");
      result.replaceChildren(
        make("p", { className: "status", textContent: answer.status + " " + answer.statusText + " · " + took + " ms" }),
        make("pre", { textContent: lines, tabIndex: 0 }),
        make("pre", { textContent: text, tabIndex: 0 }),
      );
    } catch (error) {
      result.replaceChildren(make("p", { className: "status", textContent: words.failed + " " + error.message }));
    }
  }

  // What a session asks for with a change; the page that ends it has it.
  async function proof() {
    const answer = await fetch("/sign-in", { credentials: "same-origin", cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const field = page.querySelector("[name=_csrf]");
    return field ? field.value : "";
  }

  async function shown(answer) {
    const type = answer.headers.get("Content-Type") || "";
    if (type.startsWith("application/json")) return JSON.stringify(await answer.json(), null, 2);
    if (type.startsWith("text/")) return answer.text();
    return type + ", " + (await answer.blob()).size + " bytes";
  }
})();

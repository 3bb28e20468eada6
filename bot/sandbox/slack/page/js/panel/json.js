/** A payload, readable: indented, with a colour for each kind of value. */

import { h } from "../core/dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function pretty(value) {
  if (value === undefined || value === null || value === "") return h("p", { class: "json-none" }, "(empty)");
  const data = typeof value === "string" ? parsed(value) : unpacked(value);
  if (typeof data === "string") return h("pre", { class: "json" }, data);
  const text = JSON.stringify(data, null, 2);
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(last, match.index));
    const [all, string, colon, word] = match;
    const kind = string ? (colon ? "key" : "string") : word ? "word" : "number";
    parts.push(h("span", { class: `json-${kind}` }, string ?? all), colon ?? "");
    last = match.index + all.length;
  }
  parts.push(text.slice(last));
  return h("pre", { class: "json", tabindex: "0" }, parts);
}

/** Slack packs JSON into a form field: shown unpacked. */
function unpacked(value) {
  if (Array.isArray(value) || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" && /^[[{]/.test(inner) ? parsed(inner) : inner,
    ]),
  );
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The square beside a name: initials on the person's colour, or the app's mark. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { workspace } from "./workspace.js";

const COLOURS = ["#7c3f8c", "#1264a3", "#2b7a5b", "#a1501f", "#b0305c", "#4a5a9c", "#8a6a12", "#3d7d8a"];

export function avatar({ id, name, isBot = false }, size = "") {
  const person = workspace.people.get(id);
  const node = h("span", { class: `avatar ${size}`, "aria-hidden": "true" });
  if (isBot && id !== "USLACKBOT") {
    node.classList.add("avatar-app");
    node.append(icon("servers", size === "avatar-small" ? 14 : 22));
    return node;
  }
  const full = person?.real_name || person?.name || name || "?";
  node.textContent = initials(full);
  node.style.backgroundColor = colourOf(person?.color, id || full);
  return node;
}

function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"];
  return letters.map((word) => [...word][0]).join("").toUpperCase();
}

function colourOf(given, seed) {
  if (/^#?[0-9a-f]{6}$/i.test(given ?? "")) return darkened(given.startsWith("#") ? given : `#${given}`);
  const sum = [...seed].reduce((total, char) => total + char.codePointAt(0), 0);
  return COLOURS[sum % COLOURS.length];
}

/** White initials need a ground they can be read on. */
function darkened(colour) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const light = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
  const factor = light > 0.45 ? 0.45 / light : 1;
  return `rgb(${parts.map((part) => Math.round(part * factor)).join(" ")})`;
}

/** The square beside a name: initials on the person's colour, or the app's mark. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { workspace } from "./workspace.js";
import { withEmoji } from "../text/emoji.js";

const COLOURS = ["#7c3f8c", "#1264a3", "#2b7a5b", "#a1501f", "#b0305c", "#4a5a9c", "#8a6a12", "#3d7d8a"];

const LIGHTEST = 0.18;

export function avatar({ id, name, isBot = false, emoji = "" }, size = "") {
  const person = workspace.people.get(id);
  const node = h("span", { class: `avatar ${size}`, "aria-hidden": "true" });
  if (emoji) {
    node.classList.add("avatar-emoji");
    node.textContent = withEmoji(emoji);
    return node;
  }
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
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"];
  return letters
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();
}

function colourOf(given, seed) {
  if (/^#?[0-9a-f]{6}$/i.test(given ?? "")) return darkened(given.startsWith("#") ? given : `#${given}`);
  const sum = [...seed].reduce((total, char) => total + char.codePointAt(0), 0);
  return COLOURS[sum % COLOURS.length];
}

/** White initials need a ground they can be read on: darker until the contrast is 4.5 to 1. */
function darkened(colour) {
  let parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  while (luminance(parts) > LIGHTEST) parts = parts.map((part) => part * 0.95);
  return `rgb(${parts.map(Math.round).join(" ")})`;
}

function luminance(parts) {
  const [red, green, blue] = parts
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

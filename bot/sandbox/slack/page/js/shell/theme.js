/** Light, dark, or as the system has it. index.html's first script sets it before anything is drawn. */

import { keep, recall } from "../core/remember.js";

const ORDER = ["auto", "light", "dark"];

export function theme() {
  const kept = recall("theme", "auto");
  return ORDER.includes(kept) ? kept : "auto";
}

export function nextTheme() {
  const next = ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length];
  keep("theme", next);
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  return next;
}

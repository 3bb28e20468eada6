/** A floating list beside what opened it. It lives in the same dialog as its anchor, because all else is inert then. */

import { h } from "./dom.js";

const GAP = 4;
const EDGE = 8;

/** Shows `node` beside `anchor`; gives a function that puts it away. `onClose` is called when a click elsewhere does. */
export function float(node, anchor, { prefer = "below", width = "", align = "start", onClose } = {}) {
  const home = anchor.closest("dialog") ?? document.body;
  node.setAttribute("popover", "manual");
  node.classList.add("floating");
  home.append(node);
  node.showPopover();
  const arrange = () => place(node, anchor, prefer, width, align);
  arrange();
  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) onClose?.();
  };
  const scrolled = (event) => {
    if (!node.contains(event.target)) arrange();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", scrolled, true);
  window.addEventListener("resize", arrange);
  const watcher = new ResizeObserver(arrange);
  watcher.observe(node);
  watcher.observe(anchor);
  return () => {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", scrolled, true);
    window.removeEventListener("resize", arrange);
    watcher.disconnect();
    node.remove();
  };
}

function place(node, anchor, prefer, width, align) {
  const from = anchor.getBoundingClientRect();
  if (width === "anchor") node.style.width = `${Math.max(from.width, 200)}px`;
  const room = { below: innerHeight - from.bottom - GAP - EDGE, above: from.top - GAP - EDGE };
  const other = prefer === "below" ? "above" : "below";
  const wanted = Math.min(node.scrollHeight + 2, 360);
  const side = room[prefer] >= wanted || room[prefer] >= room[other] ? prefer : other;
  node.style.maxHeight = `${Math.max(120, Math.min(room[side], 420))}px`;
  const size = node.getBoundingClientRect();
  const top = side === "below" ? from.bottom + GAP : from.top - GAP - size.height;
  const left = align === "end" ? from.right - size.width : from.left;
  node.style.top = `${Math.max(EDGE, top)}px`;
  node.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - size.width - EDGE))}px`;
}

/** A menu of choices below a button, with the keys of a menu. `items`: nodes with role menuitem or menuitemradio. */
export function openMenu(button, items, { label, align = "start", header } = {}) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, tabindex: "-1" }, header, items);
  const close = (focusBack = true) => {
    if (!menu.isConnected) return;
    putAway();
    button.setAttribute("aria-expanded", "false");
    if (focusBack) button.focus();
  };
  const putAway = float(menu, button, { align, onClose: () => close(false) });
  button.setAttribute("aria-expanded", "true");
  const usable = items.filter((item) => item.getAttribute("aria-disabled") !== "true");
  (usable.find((item) => item.getAttribute("aria-checked") === "true") ?? usable[0])?.focus();
  menu.addEventListener("keydown", (event) => menuKey(event, usable, close));
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[role^=menuitem]");
    if (item && item.getAttribute("aria-disabled") !== "true") close();
  });
  return close;
}

function menuKey(event, items, close) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key in steps) items.at(steps[event.key] % items.length)?.focus();
  else if (event.key === "Escape") close();
  else if (event.key === "Tab") close();
  else if (event.key.length === 1 && /\S/.test(event.key)) startingWith(event.key, items, at)?.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

function startingWith(letter, items, at) {
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
}

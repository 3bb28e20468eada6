/** The list above the composer: commands after "/", people after "@", channels after "#". */

import { h, freshId, refill } from "../core/dom.js";
import { float } from "../core/popover.js";
import { workspace } from "../core/workspace.js";

const MOST = 8;

export class Completion {
  /** `accept(text)` puts the completed text into the field. */
  constructor(area, anchor, accept) {
    Object.assign(this, { area, anchor, accept, items: [], active: 0, putAway: null });
    this.list = h("div", {
      class: "menu completion",
      role: "listbox",
      id: freshId("list"),
      "aria-label": "Suggestions",
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    area.addEventListener("blur", () => this.close());
  }

  update() {
    this.items = document.activeElement === this.area ? this.suggestions() : [];
    if (!this.items.length) {
      this.close();
      return;
    }
    this.active = 0;
    this.draw();
    this.putAway ??= float(this.list, this.anchor, { prefer: "above", width: "anchor", onClose: () => this.close() });
    this.area.setAttribute("aria-controls", this.list.id);
  }

  close() {
    this.putAway?.();
    this.putAway = null;
    this.items = [];
    this.area.removeAttribute("aria-activedescendant");
    this.area.removeAttribute("aria-controls");
  }

  /** Takes a key if the list has use for it. */
  key(event) {
    if (!this.items.length) return false;
    const item = this.items[this.active];
    const isWhole = item.insert.trim() === this.area.value.trim();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.items.length) % this.items.length;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !isWhole)) this.take(item);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  take(item) {
    const rest = this.area.value.slice(this.area.selectionStart);
    this.accept(item.insert + rest.trimStart());
    this.close();
  }

  draw() {
    const rows = this.items.map((item, i) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.list.id}-${i}`,
          class: i === this.active ? "menu-item is-active" : "menu-item",
          "aria-selected": String(i === this.active),
          onclick: () => this.take(item),
        },
        h(
          "span",
          { class: "completion-name" },
          item.name,
          item.hint && h("span", { class: "completion-hint" }, ` ${item.hint}`),
        ),
        item.note && h("span", { class: "menu-note" }, item.note),
      ),
    );
    refill(this.list, rows);
    rows[this.active].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", rows[this.active].id);
  }

  suggestions() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    if (/^\/\S*$/.test(before)) return commands(before);
    const mention = /(^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
    if (!mention) return [];
    const kept = before.slice(0, before.length - mention[3].length);
    return mention[2] === "@" ? people(kept, mention[3].toLowerCase()) : channels(kept, mention[3].toLowerCase());
  }
}

function commands(typed) {
  return workspace.commands
    .filter((each) => each.command.startsWith(typed))
    .map((each) => ({ name: each.command, hint: each.usage_hint, note: each.description, insert: `${each.command} ` }));
}

function people(kept, typed) {
  const bot = workspace.bot.id ? [{ id: workspace.bot.id, name: workspace.bot.name, real_name: "", title: "App" }] : [];
  const groups = workspace.groups.map((each) => ({ name: each.handle, real_name: "", title: "User group" }));
  const all = [...workspace.people.values(), ...bot.filter((each) => !workspace.people.has(each.id))];
  return [...all, ...groups]
    .filter(
      (each) =>
        !each.deleted &&
        [each.name, ...(each.real_name ?? "").split(" ")].some((word) => word.toLowerCase().startsWith(typed)),
    )
    .slice(0, MOST)
    .map((each) => ({ name: `@${each.name}`, hint: each.real_name, note: each.title, insert: `${kept}${each.name} ` }));
}

function channels(kept, typed) {
  return workspace.channels
    .filter((each) => each.kind === "channel" && each.name.startsWith(typed))
    .slice(0, MOST)
    .map((each) => ({ name: `#${each.name}`, hint: "", note: each.topic, insert: `${kept}${each.name} ` }));
}

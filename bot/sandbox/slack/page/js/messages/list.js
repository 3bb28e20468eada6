/** A scrolling list of messages. The newest are drawn at once, the older ones while nothing else is to do. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { workspace } from "../core/workspace.js";
import { dayName, ofTs, sameDay } from "../text/dates.js";
import { byTs } from "./log.js";
import { Row } from "./row.js";

const FIRST = 60;
const STEP = 40;
const NEAR_END = 40;

const whenIdle = window.requestIdleCallback
  ? (work) => requestIdleCallback(work, { timeout: 300 })
  : (work) => setTimeout(work, 16);

export class MessageList {
  constructor({ label, live = "polite", onThread } = {}) {
    this.onThread = onThread;
    this.rows = [];
    this.older = [];
    this.atEnd = true;
    this.lastTop = 0;
    this.unseen = 0;
    this.turn = 0;
    this.lead = h("div", { class: "messages-lead" });
    this.content = h("div", {
      class: "messages-content",
      role: "log",
      "aria-live": live,
      "aria-relevant": "additions",
      "aria-label": label,
    });
    this.scroller = h(
      "div",
      { class: "messages-scroll", tabindex: "0", "aria-label": "Messages", role: "region" },
      h("div", { class: "messages-inner" }, this.lead, this.content),
    );
    this.chip = h("button", { type: "button", class: "new-chip", hidden: true, onclick: () => this.toEnd() });
    this.node = h("div", { class: "messages" }, this.scroller, this.chip);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    const watcher = new ResizeObserver(() => this.atEnd && this.stick());
    watcher.observe(this.scroller);
    watcher.observe(this.scroller.firstChild);
  }

  /** Shows a channel anew. `unread`: how many of the last are new to this person. */
  show(messages, { unread = 0 } = {}) {
    this.turn += 1;
    this.content.setAttribute("aria-busy", "true");
    this.content.replaceChildren();
    this.rows = [];
    this.newFrom = unread ? messages.at(-unread)?.ts : undefined;
    this.older = messages.slice(0, -FIRST);
    const fragment = document.createDocumentFragment();
    for (const message of messages.slice(-FIRST)) {
      const row = this.row(message);
      this.rows.push(row);
      fragment.append(row.node);
    }
    this.content.append(fragment);
    this.rows.forEach((_, i) => this.arrange(i));
    this.atEnd = true;
    this.unseen = 0;
    this.showChip();
    this.stick();
    this.content.removeAttribute("aria-busy");
    if (this.older.length) this.fillLater(this.turn);
  }

  fillLater(turn) {
    whenIdle(() => {
      if (turn !== this.turn || !this.older.length) return;
      const height = this.scroller.scrollHeight;
      const top = this.scroller.scrollTop;
      this.content.setAttribute("aria-busy", "true");
      const batch = this.older.splice(-STEP).map((message) => this.row(message));
      this.content.prepend(...batch.map((row) => row.node));
      this.rows.unshift(...batch);
      for (let i = 0; i <= batch.length && i < this.rows.length; i += 1) this.arrange(i);
      if (this.atEnd) this.stick();
      else if (top < NEAR_END) this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
      this.content.removeAttribute("aria-busy");
      this.fillLater(turn);
    });
  }

  /** Brings the same channel up to date, without moving what a person is reading. */
  sync(messages) {
    const wanted = new Map(messages.map((message) => [message.ts, message]));
    for (const known of [...this.older, ...this.rows.map((row) => row.message)]) {
      const now = wanted.get(known.ts);
      if (!now) this.remove(known.ts);
      else if (JSON.stringify(now) !== JSON.stringify(known)) this.put(now);
      wanted.delete(known.ts);
    }
    for (const message of wanted.values()) this.put(message);
  }

  /** Adds or changes one message, touching only its own row and the one below. */
  put(message) {
    const known = this.rows.findIndex((row) => row.message.ts === message.ts);
    if (known >= 0) {
      this.rows[known].show(message);
      this.arrange(known);
      return;
    }
    if (this.older.length && byTs(message, this.older.at(-1)) < 0) {
      const at = this.older.findIndex((each) => byTs(each, message) >= 0);
      if (this.older[at].ts === message.ts) this.older[at] = message;
      else this.older.splice(at, 0, message);
      return;
    }
    this.insert(message);
  }

  insert(message) {
    this.scrolled(); // who has just scrolled up is not pulled back, even before the browser has said so
    let at = this.rows.length;
    while (at > 0 && byTs(this.rows[at - 1].message, message) > 0) at -= 1;
    const row = this.row(message);
    row.node.classList.add("is-fresh");
    this.content.insertBefore(row.node, this.rows[at]?.divider ?? this.rows[at]?.node ?? null);
    this.rows.splice(at, 0, row);
    this.arrange(at);
    this.arrange(at + 1);
    if (this.atEnd || isMine(message)) this.toEnd();
    else {
      this.unseen += 1;
      this.showChip();
    }
  }

  remove(ts) {
    this.older = this.older.filter((message) => message.ts !== ts);
    const at = this.rows.findIndex((row) => row.message.ts === ts);
    if (at < 0) return;
    const [row] = this.rows.splice(at, 1);
    const hadFocus = row.node.contains(document.activeElement);
    row.divider?.remove();
    row.node.remove();
    this.arrange(at);
    if (hadFocus) (this.rows[at] ?? this.rows[at - 1])?.node.focus({ preventScroll: true });
  }

  /** A reply came or went: the line below its parent tells how many there are. */
  refreshThread(ts) {
    this.rows.find((row) => row.message.ts === ts)?.showThread();
  }

  row(message) {
    return new Row(message, { onThread: this.onThread });
  }

  /** The line between days, the "New" line, and whether the name is repeated. */
  arrange(at) {
    const row = this.rows[at];
    if (!row) return;
    const previous = this.rows[at - 1]?.message;
    const date = ofTs(row.message.ts);
    const newDay = !previous || !sameDay(ofTs(previous.ts), date) ? dayName(date) : "";
    const isFirstNew = row.message.ts === this.newFrom;
    row.divider?.remove();
    row.divider = null;
    if (newDay || isFirstNew) {
      row.divider = h(
        "div",
        {
          class: isFirstNew ? "day is-new" : "day",
          role: "separator",
          "aria-label": isFirstNew ? "New messages" : newDay,
        },
        newDay && h("span", { class: "day-name" }, newDay),
        isFirstNew && h("span", { class: "new-word" }, "New"),
      );
      this.content.insertBefore(row.divider, row.node);
    }
    row.group(row.divider ? null : previous);
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // Only who scrolls up leaves the end: text that wraps anew or a growing composer moves the end, not the reader.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.atEnd = true;
    else if (scrollTop < this.lastTop) this.atEnd = false;
    this.lastTop = scrollTop;
    if (this.atEnd && this.unseen) {
      this.unseen = 0;
      this.showChip();
    }
  }

  toEnd() {
    this.atEnd = true;
    this.unseen = 0;
    this.showChip();
    this.stick();
  }

  stick() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
  }

  showChip() {
    this.chip.hidden = !this.unseen;
    this.chip.replaceChildren(icon("arrowDown", 14), `${this.unseen} new message${this.unseen === 1 ? "" : "s"}`);
  }

  /** Up and down walk from message to message, as in Slack. */
  key(event) {
    const here = document.activeElement;
    if (
      !["ArrowUp", "ArrowDown"].includes(event.key) ||
      !(here === this.scroller || here.getAttribute("role") === "article")
    )
      return;
    const at = this.rows.findIndex((row) => row.node === here);
    const next = at < 0 ? this.rows.length - 1 : at + (event.key === "ArrowUp" ? -1 : 1);
    const row = this.rows[next];
    if (!row) return;
    event.preventDefault();
    row.node.focus();
    row.node.scrollIntoView({ block: "nearest" });
  }
}

function isMine(message) {
  return message.user?.id === workspace.user;
}

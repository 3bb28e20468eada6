/** Where a person types: Enter sends, Shift+Enter breaks the line, "/" offers commands, Up brings back what was typed. */

import { h, freshId, refill } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { post } from "../core/api.js";
import { openMenu } from "../core/popover.js";
import { tell, workspace } from "../core/workspace.js";
import { Completion } from "./completion.js";
import { failure } from "./failure.js";
import { History } from "./history.js";

const MOST_ROWS_PX = 240;

export class Composer {
  /** `channel()` and `thread()` say where a text goes at the moment of sending. */
  constructor({ label, channel, thread, onSend = () => {} }) {
    this.channel = channel;
    this.onSend = onSend;
    this.thread = thread ?? (() => undefined);
    this.drafts = new Map();
    this.history = new History();
    const hintId = freshId("hint");
    this.area = h("textarea", {
      class: "composer-text",
      rows: "1",
      "aria-describedby": hintId,
      autocomplete: "off",
      "aria-autocomplete": "list",
      spellcheck: "true",
      disabled: !channel(), // until there is somewhere to send a text to
    });
    this.error = h("p", { class: "composer-error", role: "alert" });
    this.hint = h("p", { class: "composer-hint", id: hintId });
    this.sendButton = h(
      "button",
      { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", onclick: () => this.send() },
      icon("send", 18),
    );
    this.shortcuts = h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": "Shortcuts",
        title: "Shortcuts and commands",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        onclick: () => this.openShortcuts(),
      },
      icon("bolt"),
    );
    this.box = h(
      "div",
      { class: "composer-box" },
      this.area,
      h("div", { class: "composer-bar" }, this.shortcuts, this.hint, this.sendButton),
    );
    this.node = h("div", { class: "composer", "data-testid": "composer" }, this.error, this.box);
    this.completion = new Completion(this.area, this.box, (text) => this.fill(text));
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => event.target === this.box && this.focus());
    this.rename(label);
    this.typed();
  }

  rename(label) {
    this.area.setAttribute("aria-label", label);
    this.area.placeholder = label;
  }

  focus() {
    this.area.focus();
  }

  /** Another channel: its own draft comes back. */
  moved(from, to) {
    this.area.disabled = false;
    this.drafts.set(from, this.area.value);
    this.area.value = this.drafts.get(to) ?? "";
    this.error.replaceChildren();
    this.completion.close();
    this.typed();
  }

  fill(text) {
    this.area.value = text;
    this.area.setSelectionRange(text.length, text.length);
    this.typed();
    this.focus();
  }

  typed() {
    const text = this.area.value;
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, MOST_ROWS_PX)}px`;
    this.sendButton.disabled = !text.trim();
    const command = workspace.commands.find((each) => text === each.command || text.startsWith(`${each.command} `));
    this.hint.textContent = command?.usage_hint ? `${command.command} ${command.usage_hint}` : "";
    this.completion.update();
  }

  key(event) {
    if (event.isComposing || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.recall(event);
  }

  recall(event) {
    const text = event.key === "ArrowUp" ? this.history.back(this.area.value) : this.history.forward(this.area.value);
    if (text === null) return;
    event.preventDefault();
    this.fill(text);
    this.completion.close();
  }

  async send() {
    const text = this.area.value.trim();
    if (!text) return;
    const channel = this.channel();
    const thread = this.thread();
    this.completion.close();
    this.history.add(text);
    this.onSend();
    this.error.replaceChildren();
    this.area.value = "";
    this.typed();
    this.node.setAttribute("aria-busy", "true");
    const answer = await post("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
    this.node.removeAttribute("aria-busy");
    if (answer.ok) {
      tell("said", text);
      return;
    }
    refill(this.error, icon("warning", 16), h("span", null, failure(answer, text)));
    // What was typed isn't lost: it comes back unless something new was begun.
    if (!text.startsWith("/") && !this.area.value && this.channel() === channel) this.fill(text);
  }

  openShortcuts() {
    const commands = workspace.commands.map((command) =>
      this.item(command.command, command.description, () => setTimeout(() => this.fill(`${command.command} `))),
    );
    const global = workspace.shortcuts
      .filter((shortcut) => !/^message/.test(shortcut.type))
      .map((shortcut) => this.item(shortcut.name, workspace.bot.name, () => this.run(shortcut)));
    openMenu(this.shortcuts, [...global, ...commands], { label: "Shortcuts" });
  }

  item(words, note, run) {
    return h(
      "button",
      { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", onclick: run },
      h("span", null, words),
      note && h("span", { class: "menu-note" }, note),
    );
  }

  async run(shortcut) {
    const answer = await post("shortcut", { callback_id: shortcut.callback_id });
    if (!answer.ok) refill(this.error, icon("warning", 16), h("span", null, failure(answer, shortcut.name)));
  }
}

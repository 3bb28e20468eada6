/** The replies to one message, beside the channel. */

import { h, refill } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { channelById, channelTitle, on } from "../core/workspace.js";
import { Composer } from "../composer/composer.js";
import { isReply, messageAt, messagesOf, repliesOf } from "./log.js";
import { MessageList } from "./list.js";

export class Thread {
  constructor() {
    this.parent = null;
    this.opener = null;
    this.where = h("span", { class: "thread-where" });
    this.body = h("div", { class: "thread-body" });
    this.node = h(
      "aside",
      { class: "thread", "aria-label": "Thread", hidden: true },
      h(
        "header",
        { class: "side-head" },
        h("div", null, h("h2", null, "Thread"), this.where),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close thread", onclick: () => this.close() },
          icon("close"),
        ),
      ),
      this.body,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
    on("log-added", (message) => this.take(message));
    on("log-changed", (message) => this.take(message));
    on("log-removed", ({ ts }) => this.list?.remove(ts));
  }

  open(message) {
    this.opener = document.activeElement;
    this.parent = { channel: message.channel, ts: message.ts };
    const title = channelTitle(channelById(message.channel) ?? { kind: "", name: "" });
    this.where.textContent = title;
    this.list = new MessageList({ label: "Replies" });
    this.composer = new Composer({
      label: "Reply",
      channel: () => this.parent.channel,
      thread: () => this.parent?.ts,
      onSend: () => this.list.toEnd(),
    });
    refill(this.body, this.list.node, this.composer.node);
    this.list.show([messageAt(message.channel, message.ts) ?? message, ...repliesOf(message.channel, message.ts)]);
    this.node.hidden = false;
    document.body.classList.add("has-thread");
    this.composer.focus();
  }

  /** After something may have been missed. */
  async refresh() {
    if (!this.parent) return;
    const { channel, ts } = this.parent;
    await messagesOf(channel);
    const parent = messageAt(channel, ts);
    if (!parent || this.parent?.ts !== ts) this.close();
    else this.list.sync([parent, ...repliesOf(channel, ts)]);
  }

  close() {
    if (!this.parent) return;
    this.parent = null;
    this.node.hidden = true;
    document.body.classList.remove("has-thread");
    refill(this.body);
    this.list = null;
    if (this.opener?.isConnected) this.opener.focus();
  }

  take(message) {
    if (!this.parent || message.channel !== this.parent.channel) return;
    if (message.ts === this.parent.ts || (isReply(message) && message.thread_ts === this.parent.ts))
      this.list.put(message);
  }
}

/** One message: who, when, what, and what can be done with it. */

import { h, add, refill } from "../core/dom.js";
import { avatar } from "../core/avatar.js";
import { icon } from "../core/icons.js";
import { openMenu } from "../core/popover.js";
import { post } from "../core/api.js";
import { personName, workspace } from "../core/workspace.js";
import { clockTime, fullTime, ofTs } from "../text/dates.js";
import { messageText } from "../text/draw.js";
import { fillBlocks } from "../blocks/blocks.js";
import { Surface } from "../blocks/surface.js";
import { messageAt, repliesOf } from "./log.js";

const GROUP_MS = 5 * 60_000;

export class Row {
  /** `onThread(message)` opens the replies; without it the row is already among them. */
  constructor(message, { onThread } = {}) {
    this.onThread = onThread;
    this.divider = null;
    this.head = h("div", { class: "message-head" });
    this.mark = h("div", { class: "message-mark" });
    this.blocks = h("div", { class: "blocks" });
    this.text = h("div", { class: "message-text" });
    this.files = h("div", { class: "message-files" });
    this.failure = h("p", { class: "message-failure", role: "alert" });
    this.thread = h("div", { class: "message-thread" });
    this.gutter = h("div", { class: "message-gutter" });
    this.node = h(
      "div",
      { class: "message", role: "article", tabindex: "-1" },
      this.gutter,
      h(
        "div",
        { class: "message-main" },
        this.mark,
        this.head,
        this.text,
        this.blocks,
        this.files,
        this.failure,
        this.thread,
      ),
      this.tools(),
    );
    this.surface = new Surface(
      { type: "message", channel: message.channel, ts: message.ts },
      {
        values: structuredClone(message.values ?? {}),
        onFailure: (words) => refill(this.failure, words && [icon("warning", 16), h("span", null, words)]),
      },
    );
    this.show(message);
    this.surface.isRestored = false;
  }

  show(message) {
    this.message = message;
    const { user, ts } = message;
    const date = ofTs(ts);
    const name = nameOf(message);
    this.node.dataset.ts = ts;
    this.node.setAttribute(
      "aria-label",
      `${name}, ${clockTime(date)}${message.ephemeral ? ", only visible to you" : ""}`,
    );
    this.node.classList.toggle("is-ephemeral", Boolean(message.ephemeral));
    refill(
      this.mark,
      message.ephemeral &&
        h("span", { class: "ephemeral", "data-testid": "ephemeral-mark" }, icon("eye", 14), "Only visible to you"),
      message.broadcast && this.onThread && this.broadcast(),
    );
    refill(this.gutter, avatar({ id: user?.id, name, isBot: user?.is_bot, emoji: user?.emoji }), timeOf(date, "gutter-time"));
    refill(
      this.head,
      h("span", { class: "author" }, name),
      user?.is_bot && h("span", { class: "app-badge" }, "APP"),
      timeOf(date, "message-time"),
    );
    for (const old of this.blocks.querySelectorAll(".edited")) old.remove();
    const edited = message.edited && h("span", { class: "edited" }, " (edited)");
    if (message.blocks?.length) {
      refill(this.text);
      fillBlocks(this.blocks, message.blocks, this.surface);
      if (edited) (lastWords(this.blocks) ?? this.text).append(edited);
    } else {
      this.blocks.replaceChildren();
      refill(
        this.text,
        message.text
          ? messageText(message.text)
          : !message.files?.length && h("em", { class: "unknown" }, "(an empty message)"),
      );
      if (edited) (this.text.querySelector(".mrkdwn") ?? this.text).append(edited);
    }
    refill(this.files, (message.files ?? []).map(fileLink));
    this.node.classList.toggle("text-below", Boolean(message.blocks?.length));
    this.showThread();
  }

  /** A reply that is shown in the channel, too, leads to its thread. */
  broadcast() {
    const open = () => this.onThread(messageAt(this.message.channel, this.message.thread_ts) ?? this.message);
    return h("button", { type: "button", class: "broadcast", onclick: open }, icon("reply", 14), "Replied to a thread");
  }

  showThread() {
    if (!this.onThread) return;
    const replies = repliesOf(this.message.channel, this.message.ts);
    const count = Math.max(this.message.reply_count ?? 0, replies.length);
    if (!count) {
      this.thread.replaceChildren();
      return;
    }
    const faces = [...new Map(replies.map((reply) => [reply.user?.id, reply])).values()].slice(0, 4);
    refill(
      this.thread,
      h(
        "button",
        { type: "button", class: "replies", onclick: () => this.onThread(this.message) },
        faces.map((reply) =>
          avatar(
            { id: reply.user?.id, name: nameOf(reply), isBot: reply.user?.is_bot, emoji: reply.user?.emoji },
            "avatar-small",
          ),
        ),
        h("span", { class: "replies-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
        replies.length > 0 && h("span", { class: "replies-last" }, `Last at ${clockTime(ofTs(replies.at(-1).ts))}`),
      ),
    );
  }

  /** Follows the message above without repeating the name when it is the same person, soon after. */
  group(previous) {
    const same =
      previous &&
      previous.user?.id === this.message.user?.id &&
      nameOf(previous) === nameOf(this.message) &&
      Boolean(previous.ephemeral) === Boolean(this.message.ephemeral) &&
      !this.message.broadcast &&
      !previous.reply_count;
    this.node.classList.toggle(
      "is-grouped",
      Boolean(same && !this.message.ephemeral && ofTs(this.message.ts) - ofTs(previous.ts) < GROUP_MS),
    );
  }

  tools() {
    const bar = h("div", { class: "message-tools" });
    if (this.onThread)
      bar.append(
        h(
          "button",
          {
            type: "button",
            class: "tool",
            "aria-label": "Reply in thread",
            title: "Reply in thread",
            onclick: () => this.onThread(this.message),
          },
          icon("reply"),
        ),
      );
    const shortcuts = workspace.shortcuts.filter((shortcut) => /^message/.test(shortcut.type));
    if (shortcuts.length) bar.append(this.shortcutMenu(shortcuts));
    return bar;
  }

  shortcutMenu(shortcuts) {
    const button = h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": "More actions",
        title: "More actions",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
      },
      icon("more"),
    );
    button.addEventListener("click", () => {
      const items = shortcuts.map((shortcut) =>
        h(
          "button",
          { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", onclick: () => this.run(shortcut) },
          shortcut.name,
          h("span", { class: "menu-note" }, workspace.bot.name),
        ),
      );
      openMenu(button, items, { label: "More actions", align: "end" });
    });
    return button;
  }

  async run(shortcut) {
    const { channel, ts } = this.message;
    const answer = await post("shortcut", { callback_id: shortcut.callback_id, message: { channel, ts } });
    if (!answer.ok) this.surface.onFailure(answer.message ?? `${shortcut.name} failed: ${answer.error}`);
  }
}

/** Where "(edited)" can follow the words of the last block. */
function lastWords(blocks) {
  const words = blocks.lastElementChild?.querySelectorAll(
    ":scope > .section-words > .mrkdwn, :scope > .context, :scope > .rich-text > .rt-section:last-child",
  );
  return words?.length ? words[words.length - 1] : null;
}

/** A file of a message. Only files of this local Slack are linked. */
function fileLink(file) {
  const path = URL.parse?.(file.url_private ?? "", location.href)?.pathname ?? "";
  const words = [
    icon("download", 20),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name" }, file.title || file.name),
      h(
        "span",
        { class: "menu-note" },
        [file.name, file.size && `${Math.ceil(file.size / 1024)} KB`].filter(Boolean).join(" · "),
      ),
    ),
  ];
  return path.startsWith("/files/")
    ? h("a", { class: "file", href: path, download: file.name }, words)
    : h("span", { class: "file" }, words);
}

function nameOf(message) {
  const { user } = message;
  return user?.is_bot ? user.name : personName(user?.id, user?.name);
}

function timeOf(date, name) {
  return add(
    h("time", { class: name, datetime: date.toISOString(), title: fullTime(date) }),
    name === "gutter-time" ? clockTime(date).replace(/ [AP]M$/, "") : clockTime(date),
  );
}

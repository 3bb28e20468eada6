/** The conversations on the left, with what is unread. */

import { h, refill } from "../core/dom.js";
import { avatar } from "../core/avatar.js";
import { icon } from "../core/icons.js";
import { link } from "../core/address.js";
import { on, workspace } from "../core/workspace.js";

const SECTIONS = [
  { kind: "channel", title: "Channels" },
  { kind: "im", title: "Direct messages" },
  { kind: "app", title: "Apps" },
];

export class Sidebar {
  /** `onOpen(channelId)` shows a conversation. */
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.node = h("nav", { class: "sidebar", "aria-label": "Conversations" });
    for (const topic of ["channels", "people", "channel-opened"]) on(topic, () => this.draw());
    this.draw();
  }

  draw() {
    const held = this.node.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    refill(
      this.node,
      SECTIONS.map(({ kind, title }) => {
        const here = workspace.channels.filter((channel) => channel.kind === kind);
        return (
          here.length > 0 &&
          h(
            "section",
            { class: "sidebar-section" },
            h("h2", null, title),
            h(
              "ul",
              null,
              here.map((channel) => h("li", null, this.entry(channel))),
            ),
          )
        );
      }),
    );
    if (held) this.node.querySelector(`[data-channel="${CSS.escape(held)}"]`)?.focus();
  }

  entry(channel) {
    const isHere = channel.id === workspace.channel;
    const unread = isHere ? 0 : (channel.unread ?? 0);
    const name = h("span", { class: "sidebar-name" }, channel.name);
    const notes = [
      channel.archived && "archived",
      channel.kind === "channel" && channel.is_member === false && "not joined",
    ]
      .filter(Boolean)
      .join(", ");
    return h(
      "a",
      {
        class: `sidebar-entry${isHere ? " is-here" : ""}${unread ? " is-unread" : ""}${channel.archived ? " is-quiet" : ""}`,
        href: link({ channel: channel.id, tab: "" }),
        "aria-current": isHere ? "page" : null,
        "data-channel": channel.id,
        title: notes || null,
        onclick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          this.onOpen(channel.id);
        },
      },
      sign(channel),
      name,
      channel.kind === "app" && h("span", { class: "app-badge" }, "APP"),
      unread > 0 &&
        h("span", { class: "unread" }, String(Math.min(unread, 99)), h("span", { class: "hidden-words" }, " unread")),
    );
  }
}

function sign(channel) {
  if (channel.kind === "channel") return icon(channel.is_private ? "lock" : "hash", 16);
  if (channel.kind === "app") return avatar({ isBot: true }, "avatar-small");
  const person = [...workspace.people.values()].find(
    (each) => each.id === channel.user || each.real_name === channel.name || each.name === channel.name,
  );
  return avatar({ id: person?.id, name: channel.name }, "avatar-small");
}

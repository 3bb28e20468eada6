/** On a phone one part of the page is shown at a time; this bar at the bottom chooses which. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { on, workspace } from "../core/workspace.js";

const PARTS = [
  { name: "channels", words: "Channels", sign: "menu" },
  { name: "chat", words: "Chat", sign: "chat" },
  { name: "servers", words: "Servers", sign: "servers" },
  { name: "inspector", words: "Inspector", sign: "inspect" },
  { name: "workspace", words: "Workspace", sign: "people" },
];

export class PhoneBar {
  /** `onPart(name)` is told, so that the panel can show the right tab. */
  constructor(onPart) {
    this.onPart = onPart;
    this.node = h(
      "nav",
      { class: "phone-bar", "aria-label": "Parts of the page" },
      PARTS.map((part) =>
        h(
          "button",
          { type: "button", "data-part": part.name, onclick: () => this.show(part.name) },
          icon(part.sign, 20),
          h("span", null, part.words),
        ),
      ),
    );
    on("channel-opened", () => this.show("chat"));
    on("channels", () =>
      this.node.querySelector("[data-part=channels]").classList.toggle(
        "is-unread",
        workspace.channels.some((channel) => channel.unread && channel.id !== workspace.channel),
      ),
    );
    this.show("chat");
  }

  show(name) {
    document.body.dataset.part = name;
    for (const button of this.node.children) {
      if (button.dataset.part === name) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    this.onPart(name);
  }
}

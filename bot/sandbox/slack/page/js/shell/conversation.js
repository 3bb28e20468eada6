/** The middle of the page: one conversation, or the app's Home tab. */

import { h, refill, settled } from "../core/dom.js";
import { avatar } from "../core/avatar.js";
import { icon } from "../core/icons.js";
import { change } from "../core/address.js";
import { post } from "../core/api.js";
import { channelById, channelTitle, on, tell, workspace } from "../core/workspace.js";
import { Composer } from "../composer/composer.js";
import { MessageList } from "../messages/list.js";
import { isReply, messagesOf, standsInChannel } from "../messages/log.js";
import { Home } from "../views/home.js";
import { firstHint } from "./hint.js";

/** Several messages at once are read at once. */
const READ_MS = 150;

export class Conversation {
  constructor(thread) {
    this.thread = thread;
    this.turn = 0;
    this.tellRead = settled(() => post("read", { channel: workspace.channel }), READ_MS);
    this.tab = "messages";
    this.title = h("h1", { class: "conversation-title" });
    this.topic = h("p", { class: "conversation-topic" });
    this.tabs = h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": "Parts of the app's conversation", hidden: true },
      this.tabButton("home", "Home"),
      this.tabButton("messages", "Messages"),
    );
    this.list = new MessageList({ label: "Messages", onThread: (message) => thread.open(message) });
    this.composer = new Composer({
      label: "Message",
      channel: () => workspace.channel,
      onSend: () => this.list.toEnd(),
    });
    this.hint = firstHint((text) => this.composer.fill(text));
    this.chat = h("div", { class: "chat", id: "messages-panel" }, this.list.node, this.hint, this.composer.node);
    this.home = new Home();
    this.node = h(
      "main",
      { class: "conversation" },
      h(
        "header",
        { class: "conversation-head" },
        h("div", { class: "conversation-names" }, this.title, this.topic),
        this.tabs,
      ),
      this.chat,
      this.home.node,
    );
    on("log-added", (message) => (this.isHere(message) ? this.take(message) : this.markUnread(message)));
    on("log-changed", (message) => this.isHere(message) && this.take(message));
    on("log-removed", ({ channel, ts }) => channel === workspace.channel && this.list.remove(ts));
    on("elsewhere", (message) => this.markUnread(message));
    on("channels", () => this.drawHead());
    window.addEventListener("focus", () => this.markRead());
  }

  async open(channelId, { tab = "messages", back = true } = {}) {
    this.turn += 1;
    const { turn } = this;
    const from = workspace.channel;
    const unread = channelById(channelId)?.unread ?? 0;
    workspace.channel = channelId;
    if (from !== channelId) {
      this.thread.close();
      this.composer.moved(from, channelId);
    }
    this.showTab(tab);
    change(
      { team: workspace.team, user: workspace.user, channel: channelId, tab: this.tab === "home" ? "home" : "" },
      { back: back && Boolean(from) },
    );
    this.drawHead();
    tell("channel-opened", channelId);
    this.markRead();
    const messages = (await messagesOf(channelId)).filter(standsInChannel);
    if (turn !== this.turn) return;
    this.list.show(messages, { unread: Math.min(unread, messages.length) });
    this.drawLead();
  }

  /** After something may have been missed: the same conversation, as it is now. */
  async refresh() {
    const { channel } = workspace;
    if (!channelById(channel)) {
      this.open(workspace.channels[0]?.id ?? "", { back: false });
      return;
    }
    this.drawHead();
    const messages = await messagesOf(channel);
    if (channel !== workspace.channel) return;
    this.list.sync(messages.filter(standsInChannel));
    for (const row of this.list.rows) row.showThread();
    this.thread.refresh();
    if (this.tab === "home") this.home.readAgain();
    this.markRead();
  }

  drawHead() {
    const channel = channelById(workspace.channel);
    if (!channel) return;
    const title = channelTitle(channel);
    const sign =
      channel.kind === "channel"
        ? icon(channel.is_private ? "lock" : "hash", 18)
        : avatar({ name: channel.name, isBot: channel.kind === "app" }, "avatar-small");
    refill(this.title, sign, h("span", null, channel.name));
    this.topic.textContent = [
      channel.topic,
      channel.kind === "channel" &&
        !channel.bot_is_member &&
        workspace.bot.name &&
        `${workspace.bot.name} isn't in this channel`,
      channel.archived && "archived",
    ]
      .filter(Boolean)
      .join(" · ");
    this.tabs.hidden = channel.kind !== "app" || !workspace.homeEnabled;
    this.composer.rename(`Message ${title}`);
    this.composer.node.hidden = Boolean(channel.archived);
    const others = workspace.channels
      .filter((each) => each.id !== channel.id)
      .reduce((sum, each) => sum + (each.unread ?? 0), 0);
    document.title = `${others ? `(${others}) ` : ""}${title} · vpsbot’s local Slack`;
  }

  drawLead() {
    const channel = channelById(workspace.channel);
    if (!channel) return;
    refill(
      this.list.lead,
      h("h2", null, channelTitle(channel)),
      h(
        "p",
        null,
        channel.kind === "app"
          ? `This is the very beginning of your conversation with ${channel.name}.`
          : channel.kind === "channel"
            ? `This is the very beginning of the ${channelTitle(channel)} channel.`
            : `This conversation is between you and ${channel.name}.`,
      ),
    );
  }

  tabButton(name, words) {
    return h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
        "aria-controls": `${name}-panel`,
        onclick: () => this.open(workspace.channel, { tab: name }),
        onkeydown: (event) => {
          if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
          const other = this.tabs.querySelector(`[role=tab]:not(#tab-${name})`);
          other.focus();
          other.click();
        },
      },
      words,
    );
  }

  showTab(wanted) {
    const channel = channelById(workspace.channel);
    const canHome = channel?.kind === "app" && workspace.homeEnabled;
    this.tab = wanted === "home" && canHome ? "home" : "messages";
    for (const button of this.tabs.children) {
      const isHere = button.id === `tab-${this.tab}`;
      button.setAttribute("aria-selected", String(isHere));
      button.tabIndex = isHere ? 0 : -1;
    }
    this.chat.hidden = this.tab === "home";
    this.home.node.hidden = this.tab !== "home";
    if (this.tab === "home") this.home.open();
  }

  isHere(message) {
    return message.channel === workspace.channel;
  }

  take(message) {
    if (isReply(message)) this.list.refreshThread(message.thread_ts);
    if (standsInChannel(message)) this.list.put(message);
    this.markRead();
  }

  /** Counts what is new elsewhere; what there was before this page was opened, the server has counted. */
  markUnread(message) {
    const channel = channelById(message.channel);
    if (!channel || message.user?.id === workspace.user) return;
    channel.unread = (channel.unread ?? 0) + 1;
    tell("channels");
  }

  markRead() {
    const channel = channelById(workspace.channel);
    if (!channel || !document.hasFocus()) return;
    channel.unread = 0;
    this.tellRead();
  }
}

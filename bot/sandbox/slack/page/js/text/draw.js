/** Draws mrkdwn and text objects into nodes. */

import { h } from "../core/dom.js";
import { workspace, channelById, personName } from "../core/workspace.js";
import { parse } from "./mrkdwn.js";
import { withEmoji } from "./emoji.js";
import { formatDate, fullTime } from "./dates.js";

const JUMBO = 12;

/** The text of a message: mrkdwn, with emoji in large when there is nothing else. */
export function messageText(source) {
  const tree = parse(source);
  const onlyEmoji =
    tree.length > 0 &&
    tree.length <= JUMBO &&
    tree.every((node) => node.type === "emoji" || (node.type === "text" && !node.text.trim()));
  return h("div", { class: onlyEmoji ? "mrkdwn jumbo" : "mrkdwn" }, tree.map(draw));
}

export function mrkdwn(source, options) {
  return parse(source, options).map(draw);
}

/** A text object of Block Kit: `plain_text` or `mrkdwn`. */
export function textObject(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, { verbatim: object.verbatim });
  return [object.emoji === false ? object.text : withEmoji(object.text)];
}

/** The same as characters only, for labels and attributes. */
export function plainText(object) {
  if (!object) return "";
  if (typeof object === "string") return withEmoji(object);
  if (object.type !== "mrkdwn") return withEmoji(object.text);
  return textObject(object)
    .map((node) => node.textContent ?? node)
    .join("");
}

export function userMention(id, label) {
  const mine = id === workspace.user;
  const known = personName(id, label);
  return h("span", { class: mine ? "mention mention-me" : "mention", "data-user": id }, `@${known}`);
}

export function channelMention(id, label) {
  const channel = channelById(id);
  const name = channel?.name ?? label;
  if (!name) return h("span", { class: "mention" }, "#private-channel");
  if (!channel) return h("span", { class: "mention" }, `#${name}`);
  return h("a", { class: "mention", href: "#", "data-channel": id }, `#${name}`);
}

export function broadcastMention(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

export function usergroupMention(id, label) {
  const group = workspace.groups.find((each) => each.id === id);
  const isMine = group?.members.includes(workspace.user);
  const name = group?.handle ?? (label?.replace(/^@/, "") || id);
  return h("span", { class: isMine ? "mention mention-me" : "mention" }, `@${name}`);
}

export function link(url, ...children) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function dateText({ seconds, format, url, label }) {
  const words = formatDate(seconds, format) ?? label ?? "";
  const date = new Date(seconds * 1000);
  const time = h("time", { datetime: date.toISOString(), title: fullTime(date) }, words);
  return url ? link(url, time) : time;
}

const DRAW = {
  text: (node) => node.text,
  break: () => h("br"),
  bold: (node) => h("strong", null, node.children.map(draw)),
  italic: (node) => h("em", null, node.children.map(draw)),
  strike: (node) => h("s", null, node.children.map(draw)),
  code: (node) => h("code", null, node.text),
  pre: (node) => h("pre", null, node.text),
  quote: (node) => h("blockquote", null, node.children.map(draw)),
  emoji: (node) =>
    h(
      "span",
      { class: "emoji", role: "img", "aria-label": `${node.name.replaceAll("_", " ")} emoji`, title: `:${node.name}:` },
      node.text,
    ),
  link: (node) => link(node.url, withEmoji(node.label)),
  user: (node) => userMention(node.id, node.label),
  channel: (node) => channelMention(node.id, node.label),
  broadcast: (node) => broadcastMention(node.range),
  usergroup: (node) => usergroupMention(node.id, node.label),
  date: dateText,
};

function draw(node) {
  return DRAW[node.type](node);
}

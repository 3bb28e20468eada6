/** Draws a `rich_text` block: sections, lists, quotes and preformatted text, with all their elements. */

import { h } from "../core/dom.js";
import { workspace } from "../core/workspace.js";
import { emoji } from "./emoji.js";
import { broadcastMention, channelMention, dateText, link, userMention, usergroupMention } from "./draw.js";

export function richText(block) {
  return h("div", { class: "rich-text" }, drawParts(block.elements ?? []));
}

/** Lists that follow each other at different depths are one list to the eye: the indent is a class. */
function drawParts(parts) {
  return parts.map((part) => (PARTS[part.type] ?? unknown)(part));
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rt-section" }, inlines(part.elements)),
  rich_text_list: list,
  rich_text_quote: (part) => h("blockquote", { class: part.border ? "rt-border" : "" }, inlines(part.elements)),
  rich_text_preformatted: (part) => h("pre", { class: part.border ? "rt-border" : "" }, inlines(part.elements)),
};

function list(part) {
  const ordered = part.style === "ordered";
  const depth = Math.min(part.indent ?? 0, 8);
  const items = (part.elements ?? []).map((each) => h("li", null, inlines(each.elements)));
  return h(
    ordered ? "ol" : "ul",
    {
      class: `rt-list rt-indent-${depth}${part.border ? " rt-border" : ""}`,
      start: ordered && part.offset ? part.offset + 1 : null,
    },
    items,
  );
}

function inlines(elements = []) {
  return elements.map((element) => styled((INLINE[element.type] ?? unknown)(element), element.style));
}

const INLINE = {
  text: (element) => lines(element.text),
  link: (element) =>
    /^(https?:|mailto:|tel:)/i.test(element.url)
      ? link(element.url, element.text || element.url)
      : element.text || element.url,
  emoji: (element) =>
    h(
      "span",
      {
        class: "emoji",
        role: "img",
        "aria-label": `${element.name.replaceAll("_", " ")} emoji`,
        title: `:${element.name}:`,
      },
      fromUnicode(element.unicode) ?? emoji(element.name) ?? `:${element.name}:`,
    ),
  user: (element) => userMention(element.user_id),
  usergroup: (element) => usergroupMention(element.usergroup_id),
  team: (element) =>
    h(
      "span",
      { class: "mention" },
      workspace.teams.find((team) => team.id === element.team_id)?.name ?? element.team_id,
    ),
  channel: (element) => channelMention(element.channel_id),
  broadcast: (element) => broadcastMention(element.range),
  date: (element) =>
    dateText({ seconds: element.timestamp, format: element.format, url: element.url, label: element.fallback }),
  color: colour,
};

function colour(element) {
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  if (/^#[0-9a-f]{3,8}$/i.test(element.value)) swatch.style.backgroundColor = element.value;
  return h("span", { class: "rt-colour" }, h("code", null, element.value), swatch);
}

function styled(node, style) {
  const tags = {
    bold: "strong",
    italic: "em",
    strike: "s",
    underline: "u",
    code: "code",
    highlight: "mark",
    client_highlight: "mark",
  };
  return Object.entries(tags).reduce((inside, [name, tag]) => (style?.[name] ? h(tag, null, inside) : inside), node);
}

function lines(text) {
  return String(text ?? "")
    .split("\n")
    .flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

function fromUnicode(codes) {
  if (!/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(codes ?? "")) return undefined;
  return String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)));
}

function unknown(part) {
  return h("span", { class: "unknown" }, `${part.type ?? "something"} (not drawn here)`);
}

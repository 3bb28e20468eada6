/** Standard Markdown as the `markdown` block takes it: headings, lists, quotes, code, tables, rules. */

import { h } from "../core/dom.js";
import { link } from "./draw.js";
import { withEmoji } from "./emoji.js";

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(\[[ xX]\]\s+)?(.*)$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const TABLE_LINE = /^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/;

export function markdown(source) {
  const lines = String(source ?? "")
    .replaceAll("\r", "")
    .split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const taken = RULES.reduce((found, rule) => found ?? rule(lines, at), null);
    if (taken.node) nodes.push(taken.node);
    at = taken.until;
  }
  return nodes;
}

const RULES = [
  (lines, at) => (lines[at].trim() ? null : { until: at + 1 }),
  fence,
  (lines, at) => (RULE.test(lines[at]) ? { node: h("hr"), until: at + 1 } : null),
  heading,
  quote,
  table,
  list,
  paragraph,
];

function fence(lines, at) {
  const open = /^\s*(```|~~~)/.exec(lines[at]);
  if (!open) return null;
  const end = lines.findIndex((line, i) => i > at && line.trim().startsWith(open[1]));
  const until = end < 0 ? lines.length : end;
  return { node: h("pre", null, lines.slice(at + 1, until).join("\n")), until: until + 1 };
}

function heading(lines, at) {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  if (!match) return null;
  // A page has one outline: these are headings to the eye and, two levels down, to a screen reader.
  return {
    node: h(
      "p",
      {
        role: "heading",
        "aria-level": String(Math.min(6, match[1].length + 2)),
        class: `md-heading md-h${match[1].length}`,
      },
      inline(match[2]),
    ),
    until: at + 1,
  };
}

function quote(lines, at) {
  let until = at;
  while (until < lines.length && /^\s*>/.test(lines[until])) until += 1;
  if (until === at) return null;
  const inside = lines.slice(at, until).map((line) => line.replace(/^\s*> ?/, ""));
  return { node: h("blockquote", null, markdown(inside.join("\n"))), until };
}

function table(lines, at) {
  if (!lines[at].includes("|") || !TABLE_LINE.test(lines[at + 1] ?? "")) return null;
  let until = at + 2;
  while (until < lines.length && lines[until].includes("|")) until += 1;
  const aligned = cells(lines[at + 1]).map((cell) =>
    /^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left",
  );
  const row = (line, tag) =>
    h(
      "tr",
      null,
      cells(line).map((cell, i) => h(tag, { class: `align-${aligned[i] ?? "left"}` }, inline(cell))),
    );
  const node = h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      null,
      h("thead", null, row(lines[at], "th")),
      h(
        "tbody",
        null,
        lines.slice(at + 2, until).map((line) => row(line, "td")),
      ),
    ),
  );
  return { node, until };
}

function cells(line) {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

function list(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: Number.parseInt(first[2], 10) } : null);
  let until = at;
  while (until < lines.length) {
    const item = ITEM.exec(lines[until]);
    if (item && item[1].length > depth + 1 && node.lastChild) {
      const nested = list(lines, until);
      node.lastChild.append(nested.node);
      until = nested.until;
    } else if (item && item[1].length >= depth && /\d/.test(item[2]) === ordered) {
      node.append(listItem(item));
      until += 1;
    } else if (!item && lines[until].trim() && /^\s{2,}/.test(lines[until]) && node.lastChild) {
      node.lastChild.append(" ", ...inline(lines[until].trim()));
      until += 1;
    } else break;
  }
  return { node, until };
}

function listItem([, , , task, text]) {
  if (!task) return h("li", null, inline(text));
  const done = /x/i.test(task);
  return h(
    "li",
    { class: "md-task" },
    h("input", { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "Done" : "Not done" }),
    " ",
    inline(text),
  );
}

function paragraph(lines, at) {
  let until = at + 1;
  const starts = (line, next) =>
    !line.trim() ||
    /^\s*(```|~~~|>|#{1,6}\s)/.test(line) ||
    ITEM.test(line) ||
    RULE.test(line) ||
    (line.includes("|") && TABLE_LINE.test(next ?? ""));
  while (until < lines.length && !starts(lines[until], lines[until + 1])) until += 1;
  const broken = lines.slice(at, until).flatMap((line, i) => (i ? [h("br"), ...inline(line)] : inline(line)));
  return { node: h("p", null, broken), until };
}

const INLINE = [
  [/^`([^`]+)`/, (m) => h("code", null, m[1])],
  [/^!\[([^\]]*)\]\(([^)\s]+)\)/, (m) => safeLink(m[2], m[1] || "image")],
  [/^\[([^\]]+)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/, (m) => safeLink(m[2], m[1])],
  [/^<(https?:\/\/[^>\s]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]'"*_]/, (m) => link(m[0], m[0])],
  [/^\*\*\*(\S(?:.*?\S)?)\*\*\*/, (m) => h("strong", null, h("em", null, inline(m[1])))],
  [/^\*\*(\S(?:.*?\S)?)\*\*/, (m) => h("strong", null, inline(m[1]))],
  [/^__(\S(?:.*?\S)?)__(?!\w)/, (m) => h("strong", null, inline(m[1]))],
  [/^~~(\S(?:.*?\S)?)~~/, (m) => h("s", null, inline(m[1]))],
  [/^\*(\S(?:.*?\S)?)\*/, (m) => h("em", null, inline(m[1]))],
  [/^_(\S(?:.*?\S)?)_(?!\w)/, (m) => h("em", null, inline(m[1]))],
  [/^\\([\\`*_{}[\]()#+\-.!|~>])/, (m) => m[1]],
];

function inline(text) {
  const nodes = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const wordBefore = /[\p{L}\p{N}]$/u.test(plain);
    const rule = INLINE.find(([pattern]) => !(wordBefore && /^[_h]/.test(rest)) && pattern.test(rest));
    if (rule) {
      const match = rule[0].exec(rest);
      if (plain) nodes.push(withEmoji(plain));
      plain = "";
      nodes.push(rule[1](match));
      rest = rest.slice(match[0].length);
    } else {
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  if (plain) nodes.push(withEmoji(plain));
  return nodes;
}

function safeLink(url, label) {
  return /^(https?:|mailto:)/i.test(url) ? link(url, inline(label)) : label;
}

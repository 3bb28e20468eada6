/** Reads Slack's mrkdwn into a small tree. Pure: drawing it is mrkdwn_draw.js. */

import { emoji } from "./emoji.js";

const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const WORD = /[\p{L}\p{N}]/u;
const URL_HERE = /(?:https?:\/\/|mailto:)[^\s<>|]+/y;
const EMOJI_HERE = /:([a-z0-9_+'-]+):/y;
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

/** The tree of a text. `verbatim` switches off links for bare addresses. */
export function parse(source, { verbatim = false } = {}) {
  const nodes = [];
  const parts = String(source ?? "").split("```");
  parts.forEach((part, i) => {
    const isPre = i % 2 === 1 && i < parts.length - 1;
    if (isPre) nodes.push({ type: "pre", text: unescape(part.replace(/^\n|\n$/g, "")) });
    else {
      const text = i % 2 === 1 ? "```" + part : part;
      const afterPre = nodes.at(-1)?.type === "pre" ? text.replace(/^\n/, "") : text;
      const beforePre = i < parts.length - 2 ? afterPre.replace(/\n$/, "") : afterPre;
      if (beforePre) nodes.push(...paragraphs(beforePre, verbatim));
    }
  });
  return nodes;
}

/** Slack escapes exactly three characters. */
function unescape(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

function paragraphs(text, verbatim) {
  const nodes = [];
  let lines = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) nodes.push({ type: "quote", children: inline(quoted.join("\n"), verbatim) });
    if (lines.length) nodes.push(...inline(lines.join("\n"), verbatim));
    quoted = [];
    lines = [];
  };
  for (const line of text.split("\n")) {
    const mark = /^(?:>|&gt;) ?/.exec(line);
    if (Boolean(mark) !== quoted.length > 0) flush();
    if (mark) quoted.push(line.slice(mark[0].length));
    else lines.push(line);
  }
  flush();
  return nodes;
}

function inline(text, verbatim) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const push = (node, until) => {
    if (plain) nodes.push({ type: "text", text: unescape(plain) });
    plain = "";
    nodes.push(node);
    at = until;
  };
  while (at < text.length) {
    const char = text[at];
    const found = special(text, at, char, verbatim);
    if (found) push(found.node, found.until);
    else {
      plain += char;
      at += 1;
    }
  }
  if (plain) nodes.push({ type: "text", text: unescape(plain) });
  return nodes;
}

function special(text, at, char, verbatim) {
  if (char === "\n") return { node: { type: "break" }, until: at + 1 };
  if (char === "<") return control(text, at);
  if (char === "`") return code(text, at);
  if (char === ":") return emojiAt(text, at);
  if (char in MARKS) return styled(text, at, char, verbatim);
  if (!verbatim && (char === "h" || char === "m") && !isWord(text[at - 1])) return bareLink(text, at);
  return null;
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  const inside = text.slice(at + 1, end);
  if (inside.includes("\n") || !inside.trim()) return null;
  return { node: { type: "code", text: unescape(inside) }, until: end + 1 };
}

function emojiAt(text, at) {
  EMOJI_HERE.lastIndex = at;
  const match = EMOJI_HERE.exec(text);
  const character = match && emoji(match[1]);
  if (!character) return null;
  return { node: { type: "emoji", name: match[1], text: character }, until: EMOJI_HERE.lastIndex };
}

/** A mark opens before something and after no letter, and closes the other way round, on the same line. */
function styled(text, at, mark, verbatim) {
  if (isWord(text[at - 1]) || !/\S/.test(text[at + 1] ?? " ") || text[at + 1] === mark) return null;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end += 1) {
    if (text[end] === "`" || text[end] === "<") {
      const inner = text[end] === "`" ? code(text, end) : control(text, end);
      if (inner) end = inner.until - 1;
    } else if (text[end] === mark && end > at + 1 && /\S/.test(text[end - 1]) && !isWord(text[end + 1])) {
      return { node: { type: MARKS[mark], children: inline(text.slice(at + 1, end), verbatim) }, until: end + 1 };
    }
  }
  return null;
}

function bareLink(text, at) {
  URL_HERE.lastIndex = at;
  const match = URL_HERE.exec(text);
  if (!match) return null;
  const url = match[0].replace(/(?:[.,;:!?)\]}'"*_~`]|&gt;)+$/, "");
  return { node: { type: "link", url: unescape(url), label: unescape(url) }, until: at + url.length };
}

/** What stands in angle brackets: people, channels, groups, dates, links. */
function control(text, at) {
  const end = text.indexOf(">", at);
  if (end < 0) return null;
  const body = text.slice(at + 1, end);
  if (!body || /[<\n]/.test(body)) return null;
  const bar = body.indexOf("|");
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  const node = controlNode(head, label);
  return node && { node, until: end + 1 };
}

function controlNode(head, label) {
  if (/^@[UW]/.test(head)) return { type: "user", id: head.slice(1), label };
  if (/^#[CGD]/.test(head)) return { type: "channel", id: head.slice(1), label };
  if (/^!(channel|here|everyone)$/.test(head)) return { type: "broadcast", range: head.slice(1) };
  if (head.startsWith("!subteam^")) return { type: "usergroup", id: head.slice(9), label };
  if (head.startsWith("!date^")) return dateNode(head, label);
  if (head.startsWith("!")) return { type: "text", text: label || head };
  const url = unescape(head);
  if (SAFE_LINK.test(url)) return { type: "link", url, label: label || url.replace(/^mailto:/, "") };
  return null;
}

function dateNode(head, label) {
  const [, seconds, format, link] = head.split("^");
  if (!/^\d+$/.test(seconds ?? "") || !format) return { type: "text", text: label };
  const url = link && SAFE_LINK.test(unescape(link)) ? unescape(link) : "";
  return { type: "date", seconds: Number(seconds), format: unescape(format), url, label };
}

function isWord(char) {
  return char !== undefined && WORD.test(char);
}

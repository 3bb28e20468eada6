/** What a person typed in a rich text input, as the `rich_text` block Slack makes of it, and back. Pure. */

import { parse } from "./mrkdwn.js";

const STYLES = new Set(["bold", "italic", "strike"]);
const SIGNS = { bold: "*", italic: "_", strike: "~", code: "`" };
const BULLET = /^\s*[-•] /;

/** The block for a text with *bold*, _italic_, ~strike~, `code`, > quotes and - lists; null for no text. */
export function toRichText(text) {
  if (!text.trim()) return null;
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return { type: "rich_text", elements: chunks(escaped).flatMap(parts) };
}

/** The text from which that block was made. */
export function fromRichText(block) {
  return (block?.elements ?? []).map(partText).join("\n");
}

function partText(part) {
  if (part.type === "rich_text_list") return part.elements.map((each) => `- ${words(each)}`).join("\n");
  if (part.type === "rich_text_quote") return words(part).replace(/^/gm, "> ");
  return part.type === "rich_text_preformatted" ? `\`\`\`${words(part)}\`\`\`` : words(part);
}

function words(part) {
  return (part.elements ?? [])
    .map((each) =>
      Object.entries(SIGNS).reduce(
        (inside, [style, sign]) => (each.style?.[style] ? `${sign}${inside}${sign}` : inside),
        each.type === "emoji" ? `:${each.name}:` : (each.text ?? each.url ?? ""),
      ),
    )
    .join("");
}

/** Lines of a list apart from all others; what stands between ``` is one piece. */
function chunks(text) {
  if (text.includes("```")) return [text];
  const found = [];
  for (const line of text.split("\n")) {
    const isItem = BULLET.test(line);
    const last = found.at(-1);
    if (last && BULLET.test(last) === isItem) found[found.length - 1] = `${last}\n${line}`;
    else found.push(line);
  }
  return found;
}

function parts(text) {
  if (BULLET.test(text)) {
    const items = text.split("\n").map((line) => section(parse(line.replace(BULLET, ""))));
    return [{ type: "rich_text_list", style: "bullet", indent: 0, border: 0, elements: items }];
  }
  const made = [];
  let inline = [];
  const flush = () => {
    if (inline.length) made.push(section(inline));
    inline = [];
  };
  for (const node of parse(text)) {
    if (node.type !== "pre" && node.type !== "quote") {
      inline.push(node);
      continue;
    }
    flush();
    if (node.type === "pre") made.push({ type: "rich_text_preformatted", border: 0, elements: [plain(node.text, {})] });
    else made.push({ ...section(node.children), type: "rich_text_quote" });
  }
  flush();
  return made;
}

function section(nodes) {
  return { type: "rich_text_section", elements: nodes.flatMap((node) => elements(node, {})) };
}

function elements(node, style) {
  if (STYLES.has(node.type)) return node.children.flatMap((each) => elements(each, { ...style, [node.type]: true }));
  if (node.type === "code") return [plain(node.text, { ...style, code: true })];
  if (node.type === "emoji") return [{ type: "emoji", name: node.name }];
  if (node.type === "link") return [{ type: "link", url: node.url }];
  return [plain(node.type === "break" ? "\n" : node.text, style)];
}

function plain(text, style) {
  return Object.keys(style).length ? { type: "text", text, style } : { type: "text", text };
}

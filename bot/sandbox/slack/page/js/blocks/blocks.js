/** Draws a list of blocks. A block that did not change keeps its node, and so its focus and what was typed in it. */

import { h } from "../core/dom.js";
import { mrkdwn, plainText, textObject } from "../text/draw.js";
import { markdown } from "../text/markdown.js";
import { richText } from "../text/rich_text.js";
import { withEmoji } from "../text/emoji.js";
import { drawElement } from "../forms/elements.js";
import { inputBlock } from "./input.js";
import { fileBlock, imageBlock, picture, videoBlock } from "./media.js";
import { tableBlock } from "./table.js";
import { alertBlock, cardBlock, carouselBlock } from "./card.js";
import { chartBlock } from "./chart.js";
import { containerBlock } from "./container.js";
import { dataTableBlock } from "./data_table.js";
import { planBlock, taskCard } from "./task.js";
import { Place } from "./place.js";

const sources = new WeakMap();

/** Makes `parent` show these blocks, touching only what differs. */
export function fillBlocks(parent, blocks, surface) {
  const focus = rememberFocus(parent);
  const spare = new Map();
  for (const node of [...parent.children]) {
    const source = sources.get(node);
    if (spare.has(source)) spare.get(source).push(node);
    else spare.set(source, [node]);
  }
  const wanted = (blocks ?? []).map((block) => {
    const source = JSON.stringify(block);
    const node = spare.get(source)?.shift() ?? drawBlock(block, surface);
    sources.set(node, source);
    return node;
  });
  for (const node of [...parent.children]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
  });
  focus(parent);
}

function drawBlock(block, surface) {
  const draw = KINDS[block.type] ?? unknownBlock;
  const node = h("div", { class: `block block-${cssWord(block.type)}`, "data-block-id": block.block_id });
  try {
    node.append(...[draw(block, surface)].flat());
  } catch (error) {
    console.error("a block could not be drawn", block, error);
    node.append(unknownBlock(block));
  }
  return node;
}

const KINDS = {
  section,
  actions,
  context_actions: actions,
  context: (block) => h("div", { class: "context" }, (block.elements ?? []).map(contextElement)),
  header: (block) => h("h3", { class: "block-title" }, textObject(block.text)),
  divider: () => h("hr", { class: "divider" }),
  image: imageBlock,
  rich_text: richText,
  input: inputBlock,
  table: tableBlock,
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  video: videoBlock,
  file: fileBlock,
  alert: alertBlock,
  card: cardBlock,
  carousel: carouselBlock,
  container: (block, surface) =>
    containerBlock(block, surface, (inside) => fillBlocks(inside, block.child_blocks, surface)),
  data_table: dataTableBlock,
  data_visualization: chartBlock,
  task_card: taskCard,
  plan: planBlock,
};

function actions(block, surface) {
  const place = (element) => new Place(surface, block.block_id, { label: plainText(element.placeholder) });
  return h(
    "div",
    { class: "actions" },
    (block.elements ?? []).map((element) => drawElement(element, place(element))),
  );
}

function section(block, surface) {
  const words = h("div", { class: "section-words" });
  if (block.text) words.append(h("div", { class: "mrkdwn" }, textObject(block.text)));
  if (block.fields)
    words.append(
      h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "field mrkdwn" }, textObject(field))),
      ),
    );
  if (!block.accessory) return words;
  const { accessory } = block;
  const label = plainText(accessory.placeholder) || plainText(block.text).split("\n")[0].slice(0, 120);
  const node =
    accessory.type === "image"
      ? picture(accessory, "accessory-image")
      : drawElement(accessory, new Place(surface, block.block_id, { label }));
  return h(
    "div",
    { class: `section-row section-with-${cssWord(accessory.type)}` },
    words,
    h("div", { class: "accessory" }, node),
  );
}

function contextElement(element) {
  if (element.type === "image") return picture(element, "context-image");
  return h(
    "span",
    { class: "mrkdwn" },
    element.type === "mrkdwn" ? mrkdwn(element.text, element) : withEmoji(element.text),
  );
}

function unknownBlock(block) {
  const raw = h("pre", null, JSON.stringify(block, null, 2));
  return h(
    "details",
    { class: "unknown" },
    h("summary", null, `A “${block.type ?? "nameless"}” block, which this page doesn't draw`),
    raw,
  );
}

/** Remembers which control holds the focus; the answer puts it back if its node was exchanged. */
function rememberFocus(parent) {
  const held = document.activeElement;
  if (!held || !parent.contains(held)) return () => {};
  const block = held.closest("[data-block-id]")?.dataset.blockId;
  const action = held.dataset.actionId;
  const caret = "selectionStart" in held ? held.selectionStart : null;
  return (now) => {
    if (now.contains(held)) return;
    const same =
      block &&
      action &&
      now.querySelector(`[data-block-id="${CSS.escape(block)}"] [data-action-id="${CSS.escape(action)}"]`);
    const target = same || now.closest("[role='article'], dialog, [role='tabpanel']");
    target?.focus({ preventScroll: true });
    if (same && caret !== null && same.setSelectionRange) same.setSelectionRange(caret, caret);
  };
}

function cssWord(type) {
  return String(type).replace(/[^a-z0-9_-]/gi, "");
}

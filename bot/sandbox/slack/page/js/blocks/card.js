/** Cards, rows of cards, and alerts. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { textObject } from "../text/draw.js";
import { drawElement } from "../forms/elements.js";
import { picture } from "./media.js";
import { Place } from "./place.js";

/** What an alert's level is called for somebody who doesn't see its colour. */
const LEVELS = { info: "Information", warning: "Warning", error: "Error", success: "Success" };

export function alertBlock(block) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: "block-notice", role: "note", "data-level": level },
    icon(level === "success" ? "check" : "warning", 18),
    LEVELS[level] && h("span", { class: "hidden-words" }, `${LEVELS[level]}: `),
    h("div", { class: "mrkdwn" }, textObject(block.text)),
  );
}

export function cardBlock(block, surface) {
  const words = (name) => block[name] && h("div", { class: `card-${name} mrkdwn` }, textObject(block[name]));
  const named = block.slack_icon && h("span", { class: "tag", title: "One of Slack's icons" }, block.slack_icon.name);
  const small = block.icon ? picture(block.icon, "card-icon") : named;
  return h(
    "div",
    { class: "card", role: "group" },
    block.hero_image && picture(block.hero_image, "card-hero"),
    (small || block.title || block.subtitle) &&
      h("div", { class: "card-head" }, small, h("div", { class: "card-names" }, words("title"), words("subtitle"))),
    words("body"),
    words("subtext"),
    block.actions &&
      h(
        "div",
        { class: "actions" },
        block.actions.map((button) => drawElement(button, new Place(surface, block.block_id))),
      ),
  );
}

/** The row scrolls sideways; by keyboard, too. */
export function carouselBlock(block, surface) {
  return h(
    "div",
    { class: "carousel", role: "group", "aria-label": `${block.elements.length} cards`, tabindex: "0" },
    block.elements.map((card) => h("div", { "data-block-id": card.block_id }, cardBlock(card, surface))),
  );
}

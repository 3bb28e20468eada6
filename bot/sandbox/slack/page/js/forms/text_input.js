/** Text, email, address, number and rich text inputs. */

import { h, settled } from "../core/dom.js";
import { plainText } from "../text/draw.js";
import { fromRichText, toRichText } from "../text/to_rich_text.js";

const TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text" };
const COUNT_FROM = 0.8;

/** How Slack names what a field holds, and the way between it and the characters in the field. */
const PLAIN = { key: "value", toText: (value) => value ?? "", toValue: (text) => (text === "" ? null : text) };
const RICH = { key: "rich_text_value", toText: fromRichText, toValue: toRichText };

export function richTextInput(element, place) {
  return textInput({ ...element, multiline: true }, place, RICH);
}

export function textInput(element, place, { key, toText, toValue } = PLAIN) {
  const start = toText(place.held(element, key, element.initial_value));
  const attributes = {
    ...place.attributes(element, plainText(element.placeholder)),
    class: "text-input",
    placeholder: plainText(element.placeholder) || null,
    maxlength: element.max_length ?? (element.type === "plain_text_input" ? 3000 : null),
    "data-autofocus": Boolean(element.focus_on_load),
    autocomplete: "off",
  };
  const control = element.multiline
    ? h("textarea", { ...attributes, rows: "4" })
    : h("input", {
        ...attributes,
        type: TYPES[element.type],
        inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
      });
  control.value = start;
  const value = () => ({ [key]: toValue(control.value) });
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const left = (element.max_length ?? Infinity) - control.value.length;
    counter.textContent =
      element.max_length && control.value.length >= element.max_length * COUNT_FROM ? String(left) : "";
  };
  place.note(element, value());
  count();
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tellApp = () => place.dispatch && place.changed(element, value(), control);
  const tellSoon = settled(tellApp, 500);
  control.addEventListener("input", () => {
    place.note(element, value());
    place.edited(element);
    count();
    if (on.includes("on_character_entered")) tellSoon();
  });
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !place.dispatch || !on.includes("on_enter_pressed")) return;
    if (element.multiline && !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    tellApp();
  });
  return h("div", { class: "text-field" }, control, counter);
}

/** Checkboxes and radio buttons. */

import { h, freshId } from "../core/dom.js";
import { textObject } from "../text/draw.js";

export function checkboxes(element, place) {
  const start = place.held(element, "selected_options", element.initial_options) ?? [];
  const picked = () => boxes.filter((box) => box.checked).map((box) => box.option);
  const boxes = rows(
    element,
    "checkbox",
    (option) => start.some((each) => each.value === option.value),
    (changed) => {
      place.changed(element, { selected_options: picked() }, group, {
        undo: () => (changed.checked = !changed.checked),
      });
    },
  );
  const group = h(
    "div",
    { ...place.attributes(element), role: "group", class: "choices" },
    boxes.map((box) => box.row),
  );
  place.note(element, { selected_options: picked() });
  return group;
}

export function radioButtons(element, place) {
  let chosen = place.held(element, "selected_option", element.initial_option) ?? null;
  const buttons = rows(
    element,
    "radio",
    (option) => option.value === chosen?.value,
    (changed) => {
      const previous = chosen;
      chosen = buttons.find((button) => button.input === changed).option;
      place.changed(element, { selected_option: chosen }, group, {
        undo: () => {
          chosen = previous;
          for (const button of buttons) button.input.checked = button.option.value === previous?.value;
        },
      });
    },
  );
  const group = h(
    "div",
    { ...place.attributes(element), role: "radiogroup", class: "choices" },
    buttons.map((button) => button.row),
  );
  place.note(element, { selected_option: chosen });
  return group;
}

function rows(element, type, isOn, onChange) {
  const name = freshId("choice");
  return (element.options ?? []).map((option, i) => {
    const noteId = option.description ? freshId("note") : null;
    const focusFirst = element.focus_on_load && i === 0;
    const input = h("input", {
      type,
      name,
      value: option.value,
      "aria-describedby": noteId,
      "data-autofocus": focusFirst || null,
      onchange: (event) => onChange(event.target),
    });
    input.checked = isOn(option);
    const words = h(
      "span",
      { class: "choice-words" },
      h("span", { class: "mrkdwn" }, textObject(option.text)),
      option.description && h("span", { class: "choice-note mrkdwn", id: noteId }, textObject(option.description)),
    );
    return {
      option,
      input,
      row: h("label", { class: "choice" }, input, words),
      get checked() {
        return input.checked;
      },
    };
  });
}

/** Which function draws which element. */

import { h } from "../core/dom.js";
import { button, workflowButton } from "./button.js";
import { feedbackButtons, iconButton } from "./feedback.js";
import { fileInput } from "./file_input.js";
import { overflow } from "./overflow.js";
import { checkboxes, radioButtons } from "./choices.js";
import { select } from "./select.js";
import { datepicker, datetimepicker, timepicker } from "./pickers.js";
import { richTextInput, textInput } from "./text_input.js";

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);

const ELEMENTS = {
  button,
  workflow_button: workflowButton,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker,
  timepicker,
  datetimepicker,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  file_input: fileInput,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  ...Object.fromEntries(SELECTS.map((type) => [type, select])),
};

export function drawElement(element, place) {
  const draw = ELEMENTS[element.type];
  if (draw) return draw(element, place);
  return h("span", { class: "unknown" }, `A “${element.type ?? "nameless"}” element, which this page doesn't draw`);
}

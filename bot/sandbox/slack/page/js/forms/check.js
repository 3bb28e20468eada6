/** What Slack itself refuses at a field before a dialog is sent, in its words. */

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const REQUIRED = "Please complete this required field.";

/** The sentence to show at the field, or "" when nothing is wrong. */
export function fieldProblem(block, held) {
  const { element } = block;
  if (isEmpty(held)) return block.optional ? "" : REQUIRED;
  if (typeof held.value === "string") return textProblem(element, held.value);
  return "";
}

function isEmpty(held) {
  if (!held) return true;
  const [content] = Object.entries(held)
    .filter(([key]) => key !== "type")
    .map(([, value]) => value);
  return content === null || content === undefined || content === "" || (Array.isArray(content) && !content.length);
}

function textProblem(element, text) {
  if (element.min_length && text.length < element.min_length)
    return `Please enter at least ${element.min_length} characters.`;
  if (element.max_length && text.length > element.max_length)
    return `Please enter at most ${element.max_length} characters.`;
  if (element.type === "email_text_input" && !EMAIL.test(text)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(text))
    return "Please enter a valid URL, including http:// or https://.";
  if (element.type === "number_input") return numberProblem(element, text);
  return "";
}

function numberProblem(element, text) {
  const number = Number(text);
  if (!Number.isFinite(number) || !text.trim()) return "Please enter a valid number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number of at least ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number of at most ${element.max_value}.`;
  return "";
}

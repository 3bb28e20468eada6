/** Date, time, and both: the browser's own pickers, which speak every keyboard and phone. */

import { h, settled } from "../core/dom.js";
import { plainText } from "../text/draw.js";

/** While a date is typed it passes through valid dates nobody means; the app hears of it when the typing rests. */
const REST_MS = 500;

export function datepicker(element, place) {
  return single(element, place, "date", "selected_date", element.initial_date);
}

export function timepicker(element, place) {
  return single(element, place, "time", "selected_time", element.initial_time);
}

export function datetimepicker(element, place) {
  const start = place.held(element, "selected_date_time", element.initial_date_time);
  const parts = start ? localParts(start) : { date: "", time: "" };
  const date = control(element, place, "date", parts.date);
  const time = control(element, place, "time", parts.time, {
    id: null,
    "data-action-id": null,
    "aria-labelledby": null,
    "aria-label": `${place.label || "Time"}, time`,
  });
  const value = () => ({
    selected_date_time:
      date.value && time.value ? Math.floor(new Date(`${date.value}T${time.value}`).getTime() / 1000) : null,
  });
  const group = h("div", { class: "picker-pair" }, date, time);
  place.note(element, value());
  listen([date, time], place, () => {
    if (!place.acts || value().selected_date_time) place.changed(element, value(), group);
    else place.note(element, value());
  });
  return group;
}

function single(element, place, type, key, initial) {
  const input = control(element, place, type, place.held(element, key, initial) ?? "");
  let last = input.value;
  const value = () => ({ [key]: input.value || null });
  place.note(element, value());
  listen([input], place, () => {
    if (input.value === last) return;
    const previous = last;
    last = input.value;
    place.changed(element, value(), input, { undo: () => (last = input.value = previous) });
  });
  return input;
}

function control(element, place, type, value, more = {}) {
  const input = h("input", {
    ...place.attributes(element, plainText(element.placeholder) || type),
    ...more,
    type,
    class: `text-input picker picker-${type}`,
    "data-autofocus": Boolean(element.focus_on_load && type !== "time"),
    title: plainText(element.placeholder) || null,
  });
  input.value = value;
  return input;
}

/** What nobody hears of yet is noted at once: an error that only went with the focus would move what is being tapped. */
function listen(inputs, place, changed) {
  const rested = settled(changed, REST_MS);
  for (const input of inputs) {
    input.addEventListener("change", place.acts ? rested : changed);
    if (place.acts) input.addEventListener("blur", rested.now);
  }
}

function localParts(seconds) {
  const date = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return {
    date: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  };
}

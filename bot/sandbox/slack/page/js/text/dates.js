/** Dates as Slack writes them, in the reader's own zone. */

import { now } from "../core/workspace.js";

const DAY_MS = 86_400_000;
const HALF_YEAR_MS = 182 * DAY_MS;
const LOCALE = "en-US"; // the sentences around are English: only the zone is the reader's

const TOKENS = {
  date_num: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  date_slash: (date) => `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()}`,
  date: (date) => `${part(date, { month: "long" })} ${ordinal(date.getDate())}${year(date)}`,
  date_short: (date) => `${part(date, { month: "short" })} ${date.getDate()}, ${date.getFullYear()}`,
  date_long: (date) => `${part(date, { weekday: "long" })}, ${TOKENS.date(date)}`,
  date_pretty: (date) => nearDay(date) ?? TOKENS.date(date),
  date_short_pretty: (date) => nearDay(date) ?? TOKENS.date_short(date),
  date_long_pretty: (date) => nearDay(date) ?? TOKENS.date_long(date),
  day_divider_pretty: (date) => nearDay(date) ?? TOKENS.date_long(date),
  date_long_full: (date) =>
    `${part(date, { weekday: "long" })}, ${part(date, { month: "long" })} ${ordinal(date.getDate())}, ${date.getFullYear()}`,
  time: (date) => clockTime(date),
  time_secs: (date) => date.toLocaleTimeString(LOCALE, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (date) => ago(date),
};

/** Fills Slack's `{tokens}`; undefined when the format holds one that isn't known, so that the fallback is shown. */
export function formatDate(seconds, format) {
  const date = new Date(seconds * 1000);
  let known = !Number.isNaN(date.getTime());
  const text = format.replace(/\{(\w+)\}/g, (all, token, offset) => {
    if (!TOKENS[token]) known = false;
    const words = known ? TOKENS[token](date) : all;
    return offset === 0 ? words.charAt(0).toUpperCase() + words.slice(1) : words;
  });
  return known ? text : undefined;
}

export function clockTime(date) {
  return date.toLocaleTimeString(LOCALE, { hour: "numeric", minute: "2-digit" });
}

export function fullTime(date) {
  return date.toLocaleString(LOCALE, { dateStyle: "full", timeStyle: "medium" });
}

/** The words on the line between two days. */
export function dayName(date) {
  const near = nearDay(date);
  if (near) return near.charAt(0).toUpperCase() + near.slice(1);
  return TOKENS.date_long(date);
}

export function sameDay(a, b) {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

export function ofTs(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

function nearDay(date) {
  const today = now();
  const shifted = (days) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + days);
  if (sameDay(date, today)) return "today";
  if (sameDay(date, shifted(-1))) return "yesterday";
  if (sameDay(date, shifted(1))) return "tomorrow";
  return undefined;
}

function ago(date) {
  const seconds = (date - now()) / 1000;
  const steps = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

function year(date) {
  return Math.abs(date - now()) < HALF_YEAR_MS ? "" : `, ${date.getFullYear()}`;
}

function part(date, options) {
  return date.toLocaleDateString(LOCALE, options);
}

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${(!teen && { 1: "st", 2: "nd", 3: "rd" }[day % 10]) || "th"}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

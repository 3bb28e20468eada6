/** Bars, areas and lines over categories, as wide as their words need: a narrow place scrolls. */

import { svg } from "../core/dom.js";

const HEIGHT = 180;
const ABOVE = 10;
const BELOW = 24;
const LEFT = 56;
const LETTER = 7;
const NARROWEST = { bar: 22, area: 48, line: 48 };

/** The SVG of a chart with `series` and `axis_config`. Areas stack, the first at the bottom. */
export function plot(chart) {
  const { categories } = chart.axis_config;
  const rows = chart.series.map((series) => valuesOf(series, categories));
  const longest = Math.max(...categories.map((each) => each.length));
  const step = Math.max(longest * LETTER + 14, NARROWEST[chart.type] * (chart.type === "bar" ? rows.length : 1) + 12);
  const stacked = chart.type === "area" ? stack(rows) : rows;
  const scale = scaled(stacked.flat());
  const width = LEFT + step * categories.length;
  const root = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT });
  for (const tick of scale.ticks) root.append(...tickAt(scale, tick, width));
  const x = (n) => LEFT + step * (n + 0.5);
  stacked.forEach((values, n) => {
    const under = chart.type === "area" && n ? stacked[n - 1] : values.map(() => 0);
    root.append(...DRAW[chart.type]({ values, under, n, of: rows.length, x, step, y: scale.y }));
  });
  categories.forEach((name, n) => root.append(words(name, x(n), HEIGHT - 8, "middle")));
  return root;
}

const DRAW = { bar: bars, area, line };

function bars({ values, n, of, x, step, y }) {
  const wide = (step - 12) / of;
  return values.map((value, at) => {
    const [top, bottom] = [y(Math.max(value, 0)), y(Math.min(value, 0))];
    const left = x(at) - (step - 12) / 2 + n * wide;
    const size = { width: Math.max(wide - 2, 2), height: Math.max(bottom - top, 1) };
    return svg("rect", { x: left, y: top, ...size, class: name("bar", n) });
  });
}

function area({ values, under, n, x, y }) {
  const there = values.map((value, at) => `${x(at)} ${y(value)}`);
  const back = under.map((value, at) => `${x(at)} ${y(value)}`).reverse();
  return [svg("path", { d: `M${[...there, ...back].join("L")}Z`, class: name("area", n) })];
}

function line({ values, n, x, y }) {
  const points = values.map((value, at) => `${x(at)} ${y(value)}`);
  const dots = values.map((value, at) => svg("circle", { cx: x(at), cy: y(value), r: 3, class: name("part", n) }));
  return [svg("path", { d: `M${points.join("L")}`, class: name("line", n) }), ...dots];
}

function name(kind, n) {
  return `chart-${kind} chart-colour-${n % 12}`;
}

function valuesOf(series, categories) {
  const byLabel = new Map(series.data.map((point) => [point.label, point.value]));
  return categories.map((category) => byLabel.get(category) ?? 0);
}

function stack(rows) {
  const sums = rows[0].map(() => 0);
  return rows.map((row) => row.map((value, n) => (sums[n] += value)));
}

/** From zero to the greatest value, in steps of 1, 2 or 5. */
function scaled(values) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const each = [1, 2, 5, 10].find((n) => n * power >= rough) * power;
  const [from, to] = [Math.floor(low / each), Math.max(Math.ceil(high / each), Math.floor(low / each) + 1)];
  const room = HEIGHT - ABOVE - BELOW;
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, n) => (from + n) * each),
    y: (value) => ABOVE + (room * (to * each - value)) / ((to - from) * each),
  };
}

function tickAt(scale, value, width) {
  const at = scale.y(value);
  const shown = Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 }).format(value);
  return [
    svg("line", { x1: LEFT - 6, x2: width, y1: at, y2: at, class: "chart-rule" }),
    words(shown, LEFT - 10, at + 4, "end"),
  ];
}

function words(text, x, y, anchor) {
  const node = svg("text", { x, y, "text-anchor": anchor, class: "chart-words" });
  node.textContent = text;
  return node;
}

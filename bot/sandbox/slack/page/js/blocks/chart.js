/** A `data_visualization`: a pie, bars, areas or lines, drawn as SVG; its values as words for who doesn't see it. */

import { h, svg } from "../core/dom.js";
import { plot } from "./plot.js";

const NAMES = { pie: "Pie chart", bar: "Bar chart", area: "Area chart", line: "Line chart" };

export function chartBlock(block) {
  const { chart } = block;
  const parts = chart.segments ?? chart.series;
  const drawn = chart.type === "pie" ? pie(chart.segments) : plot(chart);
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", `${NAMES[chart.type]}: ${inWords(chart)}`);
  const axis = chart.axis_config ?? {};
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", null, block.title),
    axis.y_label && h("p", { class: "menu-note" }, axis.y_label),
    h(
      "div",
      { class: "chart-scroll", tabindex: "0", role: "region", "aria-label": block.title },
      drawn,
      axis.x_label && h("p", { class: "menu-note" }, axis.x_label),
    ),
    h(
      "ul",
      { class: "chart-legend" },
      parts.map((part, n) => h("li", null, swatch(n), legend(part, parts))),
    ),
  );
}

function inWords(chart) {
  const listed = (points) => points.map((each) => `${each.label} ${each.value}`).join(", ");
  if (chart.type === "pie") return listed(chart.segments);
  return chart.series.map((series) => `${series.name}: ${listed(series.data)}`).join("; ");
}

function swatch(n) {
  return h("span", { class: `chart-swatch chart-colour-${n % 12}`, "aria-hidden": "true" });
}

/** A slice says its share as well. */
function legend(part, parts) {
  if (part.name) return part.name;
  const whole = parts.reduce((sum, each) => sum + each.value, 0);
  return `${part.label}: ${part.value} (${Math.round((100 * part.value) / whole)} %)`;
}

function pie(segments) {
  const whole = segments.reduce((sum, each) => sum + each.value, 0);
  const circle = svg("svg", { viewBox: "-52 -52 104 104", width: 160, height: 160, class: "chart-pie" });
  let from = 0;
  segments.forEach((segment, n) => {
    const to = from + segment.value / whole;
    circle.append(slice(from, to, n));
    from = to;
  });
  return circle;
}

function slice(from, to, n) {
  const name = `chart-part chart-colour-${n % 12}`;
  if (to - from > 0.9999) return svg("circle", { r: 50, class: name });
  const at = (share) => [Math.sin(2 * Math.PI * share), -Math.cos(2 * Math.PI * share)].map((v) => (50 * v).toFixed(3));
  const path = `M0 0L${at(from).join(" ")}A50 50 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to).join(" ")}Z`;
  return svg("path", { d: path, class: name });
}

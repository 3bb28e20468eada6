/** A `table` block: rows of text, numbers and rich text, the first row as the header. */

import { h } from "../core/dom.js";
import { richText } from "../text/rich_text.js";
import { mrkdwn } from "../text/draw.js";

export function tableBlock(block) {
  const [head, ...rows] = block.rows ?? [];
  const row = (cells, tag) =>
    h(
      "tr",
      null,
      (cells ?? []).map((cell, i) =>
        h(
          tag,
          { class: columnClass(block.column_settings?.[i]), scope: tag === "th" ? "col" : null },
          cellContent(cell),
        ),
      ),
    );
  const heading = row(head, "th");
  const columns = [...heading.cells].map((cell) => cell.textContent).filter(Boolean);
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": `Table: ${columns.join(", ")}` },
    h(
      "table",
      null,
      h("thead", null, heading),
      h(
        "tbody",
        null,
        rows.map((cells) => row(cells, "td")),
      ),
    ),
  );
}

function columnClass(settings) {
  const align = { center: "align-center", right: "align-right" }[settings?.align] ?? "align-left";
  return settings?.is_wrapped ? `${align} wraps` : align;
}

export function cellContent(cell) {
  if (cell?.type === "rich_text") return richText(cell);
  if (cell?.type === "mrkdwn") return mrkdwn(cell.text);
  return String(cell?.text ?? cell?.value ?? "");
}

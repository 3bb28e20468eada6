/** A `table` block: rows of raw_text and rich_text cells, the first row as the header. */

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
  return h(
    "div",
    {
      class: "table-scroll",
      tabindex: "0",
      role: "region",
      "aria-label": `Table: ${(head ?? [])
        .map((cell) => cell?.text ?? "")
        .filter(Boolean)
        .join(", ")}`,
    },
    h(
      "table",
      null,
      h("thead", null, row(head, "th")),
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

function cellContent(cell) {
  if (cell?.type === "rich_text") return richText(cell);
  if (cell?.type === "mrkdwn") return mrkdwn(cell.text);
  return cell?.text ?? "";
}

/** A `data_table`: sorted by a press on a heading, found in by words, a page at a time. */

import { h, refill } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { drawElement } from "../forms/elements.js";
import { Place } from "./place.js";
import { cellContent } from "./table.js";

const PAGE = 5;

export function dataTableBlock(block, surface) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? PAGE;
  const view = { sorted: null, isDown: false, words: "", page: 0 };
  const drawn = rows.map((cells) => drawnRow(block, cells, surface));
  const body = h("tbody");
  const pages = h("div", { class: "data-pages" });
  const headings = head.map((cell, n) => heading(cell, () => sort(n)));

  function show() {
    const found = drawn.filter((row) => row.words.includes(view.words));
    if (view.sorted !== null) found.sort((a, b) => compared(a.keys[view.sorted], b.keys[view.sorted]));
    if (view.isDown) found.reverse();
    view.page = Math.max(0, Math.min(view.page, Math.ceil(found.length / size) - 1));
    const first = view.page * size;
    const shown = found.slice(first, first + size);
    refill(body, shown.length ? shown.map((row) => row.node) : nothing(head.length));
    headings.forEach((each, n) => each.setAttribute("aria-sort", sortedAs(view, n)));
    const counted = found.length ? `${first + 1}–${first + shown.length} of ${found.length}` : "0 rows";
    [back.disabled, on.disabled] = [view.page === 0, first + size >= found.length];
    count.textContent = counted;
  }

  function sort(n) {
    view.isDown = view.sorted === n && !view.isDown;
    [view.sorted, view.page] = [n, 0];
    show();
  }

  function turn(by) {
    view.page += by;
    show();
  }

  const back = step("Previous rows", "back", () => turn(-1));
  const on = step("Next rows", "right", () => turn(1));
  const count = h("span", { role: "status" });
  const search = h("input", {
    class: "text-input data-search",
    type: "search",
    placeholder: "Find",
    "aria-label": "Find in the table",
  });
  search.addEventListener("input", () => {
    [view.words, view.page] = [search.value.trim().toLowerCase(), 0];
    show();
  });
  if (rows.length > size) pages.append(search, count, back, on);
  show();
  return h(
    "div",
    { class: "data-table" },
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "region", "aria-label": block.caption },
      h("table", null, h("caption", null, block.caption), h("thead", null, h("tr", null, headings)), body),
    ),
    pages,
  );
}

function heading(cell, press) {
  const name = String(cell.text ?? cell.value ?? cell.element?.text?.text ?? "");
  const button = h("button", { class: "data-sort", type: "button", onclick: press }, name, icon("down", 14));
  return h("th", { scope: "col" }, button);
}

function drawnRow(block, cells, surface) {
  const naming = block.row_header_column_index ?? 0;
  const node = h(
    "tr",
    null,
    cells.map((cell, n) => {
      const [tag, scope] = n === naming ? ["th", "row"] : ["td", null];
      return h(tag, { scope }, content(block, cell, surface));
    }),
  );
  const keys = [...node.cells].map((each, n) => cells[n].value ?? each.textContent.toLowerCase());
  return { node, keys, words: node.textContent.toLowerCase() };
}

function content(block, cell, surface) {
  return cell.type === "action_cell"
    ? drawElement(cell.element, new Place(surface, block.block_id))
    : cellContent(cell);
}

/** Numbers by their value, everything else as words. */
function compared(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function sortedAs(view, n) {
  if (view.sorted !== n) return "none";
  return view.isDown ? "descending" : "ascending";
}

function nothing(columns) {
  return h("tr", null, h("td", { colspan: columns, class: "menu-note" }, "No row has these words."));
}

function step(name, sign, press) {
  return h("button", { class: "icon-button", type: "button", "aria-label": name, onclick: press }, icon(sign, 16));
}

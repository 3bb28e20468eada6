/** What went between Slack and the app: raw, with how long it took, and which of Slack's rules it broke. */

import { h, settled } from "../core/dom.js";
import { get } from "../core/api.js";
import { on } from "../core/workspace.js";
import { pretty } from "./json.js";

const KEPT = 500;
const GATHER_MS = 120;

export class Inspector {
  /** `onProblems(count)` hears how many exchanges broke a rule. */
  constructor(onProblems) {
    this.onProblems = onProblems;
    this.last = 0;
    this.problems = 0;
    this.items = [];
    this.onlyBroken = h("input", { type: "checkbox", onchange: () => this.node.classList.toggle("only-broken", this.onlyBroken.checked) });
    this.list = h("ol", { class: "exchanges", reversed: true });
    this.empty = h("p", { class: "empty-words" }, "Nothing was sent yet. Type a command or press a button.");
    this.node = h("div", { class: "panel-part inspector", role: "tabpanel", id: "panel-inspector", "aria-labelledby": "tab-inspector", "data-testid": "inspector", hidden: true },
      h("div", { class: "inspector-head" }, h("h2", null, "Between Slack and the app"), h("label", { class: "inspector-filter" }, this.onlyBroken, " Only broken rules")),
      this.empty, this.list);
    const readSoon = settled(() => this.read(), GATHER_MS);
    on("exchange", readSoon);
    on("reset", readSoon);
    this.read();
  }

  setShown(isShown) {
    this.node.hidden = !isShown;
  }

  async read() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    const answer = await get("exchanges", { after: this.last });
    this.reading = false;
    for (const exchange of answer.exchanges ?? []) this.add(exchange);
    if (this.again) {
      this.again = false;
      this.read();
    }
  }

  add(exchange) {
    if (exchange.n <= this.last) return;
    this.last = exchange.n;
    this.empty.hidden = true;
    const item = h("li", null, entry(exchange));
    this.list.prepend(item);
    this.items.push(item);
    if (this.items.length > KEPT) this.items.shift().remove();
    if (exchange.problems?.length) {
      this.problems += 1;
      this.onProblems(this.problems);
    }
  }
}

function entry(exchange) {
  const { direction, kind, name, status, ms, problems = [], time } = exchange;
  const toApp = direction === "to_app";
  const failed = typeof status === "number" && status >= 400;
  const body = h("div", { class: "exchange-body" });
  const node = h("details", { class: `exchange${problems.length ? " is-broken" : ""}`, "data-n": exchange.n, "data-kind": kind },
    h("summary", null,
      h("span", { class: `direction ${toApp ? "to-app" : "from-app"}`, title: toApp ? "Slack to the app" : "the app to Slack" }, toApp ? "→ app" : "app →"),
      h("span", { class: "exchange-name" }, h("span", { class: "exchange-kind" }, kind), name && name !== kind && h("span", null, ` ${name}`)),
      h("span", { class: failed ? "exchange-status is-bad" : "exchange-status" }, status ?? "…"),
      h("span", { class: "exchange-ms" }, ms === undefined || ms === null ? "" : `${Math.round(ms)} ms`),
      problems.length > 0 && h("ul", { class: "exchange-problems" }, problems.map((problem) => h("li", null, problem)))),
    body);
  node.addEventListener("toggle", () => {
    if (!node.open || body.firstChild) return; // drawn when first opened: five hundred payloads are a lot of nodes
    body.append(h("p", { class: "exchange-time" }, `No. ${exchange.n}, ${timeWords(time)}`), h("h3", null, toApp ? "Sent to the app" : "The app asked"), pretty(exchange.request), h("h3", null, toApp ? "The app answered" : "Slack answered"), pretty(exchange.response));
  });
  return node;
}

function timeWords(time) {
  const date = typeof time === "number" ? new Date(time * 1000) : new Date(time);
  return Number.isNaN(date.getTime()) ? String(time ?? "") : date.toLocaleTimeString("en-US");
}

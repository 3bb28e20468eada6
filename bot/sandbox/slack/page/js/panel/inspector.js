/** What went between Slack and the app: raw, with how long it took, and which of Slack's rules it broke. */

import { h, settled } from "../core/dom.js";
import { get } from "../core/api.js";
import { on } from "../core/workspace.js";
import { pretty } from "./json.js";

const KEPT = 500;
const GATHER_MS = 120;
/** An exchange is announced when it is over, and what is wrong with it may be noted a little later: the last few are read again. */
const RECENT = 8;

export class Inspector {
  /** `onProblems(count)` hears how many exchanges broke a rule. */
  constructor(onProblems) {
    this.onProblems = onProblems;
    this.last = 0;
    this.oldest = Infinity;
    this.items = new Map();
    this.onlyBroken = h("input", {
      type: "checkbox",
      onchange: () => this.node.classList.toggle("only-broken", this.onlyBroken.checked),
    });
    this.list = h("ol", { class: "exchanges", reversed: true });
    this.empty = h("p", { class: "empty-words" }, "Nothing was sent yet. Type a command or press a button.");
    this.node = h(
      "div",
      {
        class: "panel-part inspector",
        role: "tabpanel",
        id: "panel-inspector",
        "aria-labelledby": "tab-inspector",
        "data-testid": "inspector",
        hidden: true,
      },
      h(
        "div",
        { class: "inspector-head" },
        h("h2", null, "Between Slack and the app"),
        h("label", { class: "inspector-filter" }, this.onlyBroken, " Only broken rules"),
      ),
      this.empty,
      this.list,
    );
    const readSoon = settled(() => this.read(), GATHER_MS);
    on("exchange", ({ n }) => {
      this.oldest = Math.min(this.oldest, n);
      readSoon();
    });
    on("reset", () => this.startAnew());
    this.read();
  }

  setShown(isShown) {
    this.node.hidden = !isShown;
  }

  /** A server that was started anew counts from one again. */
  startAnew() {
    this.items.clear();
    this.list.replaceChildren();
    this.last = 0;
    this.read();
  }

  async read() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    const after = Math.max(0, Math.min(this.oldest - 1, this.last - RECENT));
    this.oldest = Infinity;
    const answer = await get("exchanges", { after });
    this.reading = false;
    for (const exchange of answer.exchanges ?? []) this.put(exchange);
    this.onProblems([...this.items.values()].filter((item) => item.isBroken).length);
    if (this.again) {
      this.again = false;
      this.read();
    }
  }

  put(exchange) {
    const source = JSON.stringify(exchange);
    const known = this.items.get(exchange.n);
    if (known?.source === source) return;
    const entry = drawEntry(exchange);
    const isBroken = Boolean(exchange.problems?.length);
    if (known) {
      entry.open = known.node.firstChild.open;
      known.node.replaceChildren(entry);
      Object.assign(known, { source, isBroken });
      return;
    }
    const node = h("li", null, entry);
    this.items.set(exchange.n, { node, source, isBroken });
    const above = [...this.list.children].find((each) => Number(each.firstChild.dataset.n) < exchange.n);
    this.list.insertBefore(node, above ?? null);
    this.last = Math.max(this.last, exchange.n);
    this.empty.hidden = true;
    if (this.items.size > KEPT) this.forget(Math.min(...this.items.keys()));
  }

  forget(n) {
    this.items.get(n).node.remove();
    this.items.delete(n);
  }
}

function drawEntry(exchange) {
  const { direction, kind, name, status, ms, problems = [], notes = [], time } = exchange;
  const toApp = direction === "to_app";
  const error = errorOf(exchange.response);
  const failed = error || status >= 400 || (!status && ms > 0);
  const body = h("div", { class: "exchange-body" });
  const node = h(
    "details",
    { class: `exchange${problems.length ? " is-broken" : ""}`, "data-n": exchange.n, "data-kind": kind },
    h(
      "summary",
      null,
      h(
        "span",
        { class: `direction ${toApp ? "to-app" : "from-app"}`, title: toApp ? "Slack to the app" : "the app to Slack" },
        toApp ? "→ app" : "app →",
      ),
      h(
        "span",
        { class: "exchange-name" },
        h("span", { class: "exchange-kind" }, kind),
        name && name !== kind && h("span", null, ` ${name}`),
        error && h("span", { class: "exchange-error" }, ` ${error}`),
      ),
      h("span", { class: failed ? "exchange-status is-bad" : "exchange-status" }, statusWords(status, ms)),
      h("span", { class: "exchange-ms" }, ms === undefined || ms === null ? "" : `${Math.round(ms)} ms`),
      sentences("exchange-problems", problems),
      sentences("exchange-notes", notes),
    ),
    body,
  );
  node.addEventListener("toggle", () => {
    if (!node.open || body.firstChild) return; // drawn when first opened: five hundred payloads are a lot of nodes
    body.append(
      h("p", { class: "exchange-time" }, `No. ${exchange.n}, ${timeWords(time)}`),
      ...around(exchange.headers),
      h("h3", null, toApp ? "Sent to the app" : "The app asked"),
      pretty(exchange.request),
      h("h3", null, toApp ? "The app answered" : "Slack answered"),
      pretty(exchange.response),
    );
  });
  return node;
}

/** What stood around the payload: a signature and which repeat it is, or in Socket Mode its envelope. Nothing if it wasn't sent. */
function around(headers = {}) {
  if (!Object.keys(headers).length) return [];
  return [h("h3", null, "envelope_id" in headers ? "Envelope" : "Headers"), pretty(headers)];
}

/** The rules that were broken, or those that nobody broke. */
function sentences(kind, said) {
  return (
    said.length > 0 &&
    h(
      "ul",
      { class: kind },
      said.map((each) => h("li", null, each)),
    )
  );
}

/** Slack's name for what was wrong: a refusal comes with status 200. */
function errorOf(response) {
  let answer = response;
  try {
    if (typeof response === "string") answer = JSON.parse(response);
  } catch {
    return "";
  }
  return answer?.ok === false ? String(answer.error ?? "") : "";
}

/** No status yet, or, when it is over, none at all. */
function statusWords(status, ms) {
  return String(status || (ms > 0 ? "none" : "…"));
}

function timeWords(time) {
  const date = typeof time === "number" ? new Date(time * 1000) : new Date(time);
  return Number.isNaN(date.getTime()) ? String(time ?? "") : date.toLocaleTimeString("en-US");
}

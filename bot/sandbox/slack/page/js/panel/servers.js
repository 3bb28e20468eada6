/** The provider's servers, as its own page would show them, with what its owner can do to them there. */

import { h, refill, settled } from "../core/dom.js";
import { get } from "../core/api.js";
import { icon } from "../core/icons.js";
import { on, workspace } from "../core/workspace.js";
import { add, behindItsBack, openActs } from "./server_acts.js";

const PASSING = new Set(["provisioning", "starting", "stopping", "rebooting", "restoring", "resizing"]);
const WORDS = { active: "active", stopped: "stopped", suspended: "suspended" };
const PASSING_MS = 1000;
/** The provider tells nobody what happens there, so its page looks. */
const STEADY_MS = 2500;
const AFTER_CALL_MS = 150;

export class Servers {
  /** `onRead()` is called after each reading: faults are used up by calls. */
  constructor(onRead) {
    this.onRead = onRead;
    this.timer = 0;
    this.rows = new Map();
    this.servers = [];
    this.count = h("span", { class: "panel-count" });
    this.list = h("ul", { class: "servers" });
    this.note = h("p", { class: "empty-words", role: "status" });
    this.failure = h("p", { class: "panel-failure", role: "alert" });
    this.add = h(
      "button",
      { type: "button", class: "button button-small", onclick: () => add(this.add, this) },
      "Add a server",
    );
    this.node = h(
      "section",
      { class: "panel-section", "aria-label": "Servers at the provider" },
      h("div", { class: "panel-row" }, h("h2", null, "At the provider", this.count), this.add),
      h("p", { class: "menu-note" }, `What you change here happens ${behindItsBack()}: nobody tells it.`),
      this.failure,
      this.list,
      this.note,
    );
    const readSoon = settled(() => this.read(), AFTER_CALL_MS);
    for (const topic of ["panel", "reset", "exchange"]) on(topic, readSoon);
    if (workspace.hasPanel) this.read();
  }

  async read() {
    if (!workspace.hasPanel) return;
    clearTimeout(this.timer);
    if (this.node.isConnected && (document.hidden || !this.node.checkVisibility())) {
      this.timer = setTimeout(() => this.read(), PASSING_MS);
      return;
    }
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    const answer = await get("panel/servers");
    this.reading = false;
    if (answer.servers) this.draw(answer.servers.map(plainServer));
    else this.note.textContent = "The provider's panel can't be read right now.";
    this.onRead();
    if (this.again) {
      this.again = false;
      this.read();
      return;
    }
    const isPassing = !answer.servers || answer.servers.some((server) => PASSING.has(server.status));
    this.timer = setTimeout(() => this.read(), isPassing ? PASSING_MS : STEADY_MS);
  }

  /** Says what went wrong with the last thing that was done here; nothing, when it went well. */
  failed(words) {
    this.failure.textContent = words;
  }

  /** A server was removed: the focus would go with it. */
  gone() {
    this.add.focus();
  }

  draw(servers) {
    this.servers = servers;
    this.note.textContent = servers.length ? "" : "No servers.";
    this.count.textContent = servers.length ? ` ${servers.length}` : "";
    const rows = servers.map((server) => this.row(server));
    const kept = new Set(servers.map((server) => server.id));
    for (const [id, row] of this.rows)
      if (!kept.has(id)) {
        row.close?.(false);
        row.node.remove();
        this.rows.delete(id);
      }
    rows.forEach(
      (row, i) => this.list.children[i] !== row && this.list.insertBefore(row, this.list.children[i] ?? null),
    );
  }

  row(server) {
    const source = JSON.stringify(server);
    const row = this.rows.get(server.id) ?? this.newRow(server.id);
    if (row.source === source) return row.node;
    if (row.source) blink(row.node);
    Object.assign(row, { source, server });
    Object.assign(row.node.dataset, { name: server.name, status: server.status, id: server.id });
    row.button.setAttribute("aria-label", `What happens to ${server.name}`);
    row.name.textContent = server.name;
    refill(row.status, h("span", { class: "dot", "aria-hidden": "true" }), WORDS[server.status] ?? server.status);
    refill(
      row.facts,
      fact("Address", server.address || "no address yet", !server.address),
      fact("Location", server.location),
      fact("Id", server.id),
      fact("Plan", server.plan?.name),
    );
    return row.node;
  }

  /** Its button stays the same whatever happens to the server, so that it keeps the focus. */
  newRow(id) {
    const row = { source: "", close: null };
    row.name = h("span", { class: "server-name" });
    row.status = h("span", { class: "server-status" });
    row.facts = h("dl", { class: "server-facts" });
    row.button = h(
      "button",
      {
        type: "button",
        class: "icon-button server-more",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        onclick: () => {
          if (row.button.getAttribute("aria-expanded") === "true") row.close();
          else row.close = openActs(row.button, row.server, this);
        },
      },
      icon("more", 18),
    );
    row.node = h(
      "li",
      { class: "server", "data-testid": "panel-server" },
      h("div", { class: "server-head" }, row.name, row.status, row.button),
      row.facts,
    );
    this.rows.set(id, row);
    return row;
  }
}

/** Both of the provider's dialects. */
function plainServer(server) {
  return {
    id: String(server.id ?? server.uuid),
    name: server.name ?? server.hostname ?? "",
    status: String(server.status ?? "unknown"),
    address: server.ip_address ?? server.ipv4_addresses?.map((each) => each.address ?? each)[0] ?? "",
    plan: server.plan ?? null,
    location: server.location?.name ?? server.location ?? server.location_name ?? "",
  };
}

function fact(name, value, isFaint = false) {
  return value
    ? h(
        "div",
        { class: "fact" },
        h("dt", { class: "hidden-words" }, name),
        h(
          "dd",
          { class: `fact-${name.toLowerCase()}${isFaint ? " is-faint" : ""}`, title: name },
          name === "Id" ? `#${value}` : value,
        ),
      )
    : null;
}

function blink(node) {
  node.classList.remove("has-changed");
  void node.offsetWidth; // starts the animation anew
  node.classList.add("has-changed");
}

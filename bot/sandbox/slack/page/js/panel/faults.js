/** Switches for what goes wrong at the provider. */

import { h, refill } from "../core/dom.js";
import { get, postBare, wrong } from "../core/api.js";
import { FAULTS, isSame } from "./fault_list.js";

export class Faults {
  constructor() {
    this.armed = [];
    this.switches = FAULTS.map((fault) => this.row(fault));
    this.others = h("ul", { class: "faults-others" });
    this.clear = h(
      "button",
      { type: "button", class: "button button-small", disabled: true, onclick: () => this.clearAll() },
      "Clear all",
    );
    this.count = h("span", { class: "panel-count" });
    this.note = h("p", { class: "panel-failure", role: "alert" });
    this.node = h(
      "section",
      { class: "panel-section faults", "aria-label": "Make something go wrong" },
      h("div", { class: "panel-row" }, h("h2", null, "Make something go wrong", this.count), this.clear),
      this.note,
      h(
        "ul",
        { class: "fault-list" },
        this.switches.map((each) => each.node),
      ),
      this.others,
    );
  }

  row(fault) {
    const button = h(
      "button",
      {
        type: "button",
        class: "switch",
        role: "switch",
        "aria-checked": "false",
        onclick: () => this.flip(fault, button),
      },
      h(
        "span",
        { class: "switch-words" },
        h("span", null, fault.words),
        fault.note && h("span", { class: "menu-note" }, fault.note),
      ),
      h("span", { class: "switch-track", "aria-hidden": "true" }),
    );
    return { fault, button, node: h("li", null, button) };
  }

  async read() {
    const answer = await get("panel/faults");
    if (answer.faults) this.draw(answer.faults);
  }

  draw(armed) {
    this.armed = armed;
    for (const { fault, button } of this.switches)
      button.setAttribute("aria-checked", String(armed.some((each) => isSame(fault.arm, each))));
    const others = armed.filter((each) => !FAULTS.some((fault) => isSame(fault.arm, each)));
    refill(
      this.others,
      others.map((each) =>
        h(
          "li",
          null,
          `Also armed: ${each.kind}${Object.entries(each.match ?? {})
            .map(([key, value]) => `, ${key} ${value}`)
            .join("")}`,
        ),
      ),
    );
    this.count.textContent = armed.length ? ` ${armed.length}` : "";
    this.clear.disabled = !armed.length;
  }

  async flip(fault, button) {
    const isOn = button.getAttribute("aria-checked") === "true";
    button.setAttribute("aria-checked", String(!isOn));
    if (isOn) await this.disarm(fault);
    else await this.ask("panel/faults", fault.arm);
    this.read();
  }

  /** The provider can only clear all: the others are armed again as they were. */
  async disarm(fault) {
    const rest = this.armed.filter((each) => !isSame(fault.arm, each));
    await this.ask("panel/faults/clear", {});
    for (const { struck, ...arm } of rest) await this.ask("panel/faults", arm);
  }

  async clearAll() {
    await this.ask("panel/faults/clear", {});
    this.read();
  }

  async ask(path, body) {
    this.note.textContent = wrong(await postBare(path, body));
  }
}

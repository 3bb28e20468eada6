/** The panel on the right: the provider's servers, what goes wrong there, the clock, the inspector, the workspace. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { keep, recall } from "../core/remember.js";
import { workspace } from "../core/workspace.js";
import { clockControl } from "./clock.js";
import { Faults } from "./faults.js";
import { Inspector } from "./inspector.js";
import { Servers } from "./servers.js";
import { Administration } from "./administration.js";

export class Panel {
  constructor() {
    this.faults = new Faults();
    this.servers = new Servers(() => this.faults.read());
    this.inspector = new Inspector((problems) => this.showProblems(problems));
    this.problems = h("span", { class: "tab-count", hidden: true });
    this.administration = new Administration();
    this.tabs = [
      this.tab("servers", "Servers"),
      this.tab("inspector", "Inspector", this.problems),
      this.tab("workspace", "Workspace"),
    ];
    const serversPanel = h(
      "div",
      { class: "panel-part", role: "tabpanel", id: "panel-servers", "aria-labelledby": "tab-servers" },
      workspace.hasPanel
        ? [this.servers.node, this.faults.node]
        : h("p", { class: "empty-words" }, "No local VPS.org is attached."),
    );
    this.parts = { servers: serversPanel, inspector: this.inspector.node, workspace: this.administration.node };
    this.node = h(
      "aside",
      { class: "panel", "aria-label": "Servers and inspector", "data-testid": "panel" },
      h(
        "header",
        { class: "side-head" },
        h("div", { class: "tabs", role: "tablist", "aria-label": "Panel" }, this.tabs),
        h(
          "button",
          {
            type: "button",
            class: "icon-button panel-close",
            "aria-label": "Close the panel",
            onclick: () => this.toggle(),
          },
          icon("close"),
        ),
      ),
      serversPanel,
      this.inspector.node,
      this.administration.node,
      clockControl(),
    );
    this.show(recall("panel.tab", "servers"));
    document.body.classList.toggle("has-panel", recall("panel", innerWidth > 1000 ? "open" : "closed") === "open");
  }

  tab(name, words, ...more) {
    return h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
        "data-name": name,
        "aria-controls": `panel-${name}`,
        onclick: () => this.show(name),
        onkeydown: (event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (!step) return;
          const at = this.tabs.findIndex((tab) => tab.dataset.name === name);
          const other = this.tabs.at((at + step) % this.tabs.length);
          this.show(other.dataset.name);
          other.focus();
        },
      },
      words,
      ...more,
    );
  }

  show(name) {
    if (!(name in this.parts)) return;
    keep("panel.tab", name);
    for (const tab of this.tabs) {
      const isHere = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(isHere));
      tab.tabIndex = isHere ? 0 : -1;
      this.parts[tab.dataset.name].hidden = !isHere;
    }
    this.inspector.setShown(name === "inspector");
  }

  toggle() {
    const isOpen = document.body.classList.toggle("has-panel");
    keep("panel", isOpen ? "open" : "closed");
    if (isOpen) this.tabs.find((tab) => tab.getAttribute("aria-selected") === "true")?.focus();
    else document.querySelector(".panel-toggle")?.focus();
  }

  showProblems(count) {
    this.problems.hidden = !count;
    this.problems.textContent = String(count);
    this.problems.title = `${count} with a broken rule`;
  }
}

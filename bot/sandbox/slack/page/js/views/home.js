/** The Home tab of the app. */

import { h, refill } from "../core/dom.js";
import { get, post, sentence } from "../core/api.js";
import { on, workspace } from "../core/workspace.js";
import { fillBlocks } from "../blocks/blocks.js";
import { Surface } from "../blocks/surface.js";

export class Home {
  constructor() {
    this.view = null;
    this.failure = h("p", { class: "home-failure", role: "alert" });
    this.blocks = h("div", { class: "blocks" });
    this.empty = h("p", { class: "empty-words" });
    this.node = h(
      "div",
      { class: "home", role: "tabpanel", id: "home-panel", "aria-labelledby": "tab-home", tabindex: "0", hidden: true },
      h(
        "div",
        { class: "home-inner" },
        h("h2", { class: "hidden-words" }, "Home"),
        this.failure,
        this.empty,
        this.blocks,
      ),
    );
    on("home", ({ view }) => this.show(view));
  }

  /** Opens the tab: the app is told, and answers with what to show. */
  async open() {
    if (!this.view) this.empty.textContent = "Loading…";
    const answer = await post("home");
    if (answer.ok === false) refill(this.failure, sentence(answer, workspace.bot.name));
    else if ("view" in answer) this.show(answer.view);
  }

  async readAgain() {
    const answer = await get("views");
    if (answer.stack) this.show(answer.home);
  }

  show(view) {
    this.failure.replaceChildren();
    this.empty.textContent = view ? "" : "The app hasn't published a Home tab for you yet.";
    if (view && this.view?.id !== view.id)
      this.surface = new Surface(
        { type: "view", view_id: view.id },
        { values: structuredClone(view.state?.values ?? {}), onFailure: (words) => refill(this.failure, words) },
      );
    this.view = view;
    if (view) fillBlocks(this.blocks, view.blocks, this.surface);
    else this.blocks.replaceChildren();
  }
}

/** The dialogs of this person: the topmost of the stack is shown, the ones below keep what was typed in them. */

import { h, focusable, freshId } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { get, post, sentence } from "../core/api.js";
import { on, workspace } from "../core/workspace.js";
import { plainText } from "../text/draw.js";
import { fillBlocks } from "../blocks/blocks.js";
import { fieldError } from "../blocks/input.js";
import { Surface } from "../blocks/surface.js";
import { holdFocus } from "../forms/focus.js";
import { problemsOf, valuesOf } from "./view_values.js";

/** How long the event with the new dialogs may take after a submit, before they are asked for. */
const EVENT_MS = 600;

export class Modals {
  constructor() {
    this.stack = [];
    this.surfaces = new Map();
    this.view = null;
    this.opener = null;
    this.heard = 0;
    const titleId = freshId("title");
    this.title = h("h2", { id: titleId });
    this.back = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Back", hidden: true, onclick: () => this.close() },
      icon("back"),
    );
    this.cross = h(
      "button",
      {
        type: "button",
        class: "icon-button modal-cross",
        "aria-label": "Close dialog",
        onclick: () => this.close({ all: true }),
      },
      icon("close"),
    );
    this.banner = h("p", { class: "modal-banner", role: "alert" });
    this.blocks = h("div", { class: "blocks" });
    this.body = h("div", { class: "modal-body", tabindex: "-1" }, this.banner, this.blocks);
    this.cancel = h("button", { type: "button", class: "button", onclick: () => this.close() });
    this.submit = h("button", { type: "submit", class: "button button-primary" });
    this.foot = h("div", { class: "modal-foot" }, this.cancel, this.submit);
    this.form = h(
      "form",
      { novalidate: true, method: "dialog" },
      h("div", { class: "modal-head" }, this.back, this.mark(), this.title, this.cross),
      this.body,
      this.foot,
    );
    this.dialog = h(
      "dialog",
      { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": titleId },
      this.form,
    );
    document.body.append(this.dialog);
    holdFocus(this.dialog, () => this.close());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    on("views", ({ stack }) => {
      this.heard += 1;
      this.show(stack ?? []);
    });
    on("clear-views", () => this.show([]));
  }

  mark() {
    return h("span", { class: "avatar avatar-app avatar-small", "aria-hidden": "true" }, icon("servers", 14));
  }

  async readAgain() {
    const answer = await get("views");
    if (answer.stack) this.show(answer.stack);
  }

  show(stack) {
    this.stack = stack;
    const open = new Set(stack.map((view) => view.id));
    for (const id of this.surfaces.keys()) if (!open.has(id)) this.surfaces.delete(id);
    const top = stack.at(-1);
    if (!top) {
      this.hide();
      return;
    }
    const isAnother = top.id !== this.view?.id;
    if (isAnother) {
      this.blocks.replaceChildren();
      this.body.scrollTop = 0;
    }
    if (isAnother || top.hash !== this.view?.hash) this.banner.textContent = "";
    this.view = top;
    this.title.textContent = plainText(top.title);
    this.back.hidden = stack.length < 2;
    this.cancel.textContent = plainText(top.close) || "Cancel";
    this.submit.textContent = plainText(top.submit);
    this.submit.hidden = !plainText(top.submit);
    fillBlocks(this.blocks, top.blocks, this.surface());
    this.showErrors(top.errors ?? {}, { focus: false });
    if (!this.dialog.open) {
      this.opener = document.activeElement;
      this.dialog.showModal();
    }
    // A "loading" dialog has nothing to type in; when its fields arrive, the first takes the focus.
    const held = document.activeElement;
    if (isAnother || held === this.dialog || held === this.body || !this.dialog.contains(held)) this.focusFirst();
  }

  hide() {
    this.view = null;
    if (!this.dialog.open) return;
    this.dialog.close();
    this.blocks.replaceChildren();
    const target =
      this.opener?.isConnected && this.opener !== document.body
        ? this.opener
        : document.querySelector(".composer-text");
    target?.focus({ preventScroll: true });
  }

  surface() {
    const { id, state } = this.view;
    if (!this.surfaces.has(id)) {
      this.surfaces.set(
        id,
        new Surface(
          { type: "view", view_id: id },
          {
            values: structuredClone(state?.values ?? {}),
            onFailure: (words) => (this.banner.textContent = words),
            onEdit: (blockId) => fieldError(this.blocks, blockId, ""),
          },
        ),
      );
    }
    return this.surfaces.get(id);
  }

  focusFirst() {
    const wanted =
      this.blocks.querySelector("[data-autofocus]") ??
      focusable(this.blocks).find((node) => node.matches("input, textarea, [role=combobox]")) ??
      focusable(this.blocks)[0];
    (wanted ?? (this.submit.hidden ? this.body : this.submit)).focus({ preventScroll: !wanted });
  }

  async send() {
    if (!this.view || this.submit.hidden || this.submit.getAttribute("aria-busy") === "true") return;
    if (this.blocks.querySelector("[type=file][aria-busy=true]")) return; // what is on its way would be missing
    const { view } = this;
    const surface = this.surface();
    const problems = problemsOf(view, surface);
    if (this.showErrors(problems)) return;
    this.busy(true);
    this.banner.textContent = "";
    const heard = this.heard;
    const answer = await post("submit", { view_id: view.id, values: valuesOf(view, surface) });
    this.busy(false);
    if (!answer.ok)
      this.banner.textContent =
        answer.error === "trouble_connecting"
          ? sentence(answer)
          : `We had some trouble connecting. Try again? ${sentence(answer, workspace.bot.name || "This app")}`;
    else if (answer.errors && Object.keys(answer.errors).length) this.showErrors(answer.errors);
    else if (heard === this.heard) setTimeout(() => heard === this.heard && this.readAgain(), EVENT_MS);
  }

  busy(isBusy) {
    this.form.classList.toggle("is-busy", isBusy);
    if (isBusy) this.submit.setAttribute("aria-busy", "true");
    else this.submit.removeAttribute("aria-busy");
  }

  /** Shows sentences at their fields; gives whether there were any. */
  showErrors(errors, { focus = true } = {}) {
    const entries = Object.entries(errors);
    if (focus)
      for (const block of this.view.blocks) if (block.type === "input") fieldError(this.blocks, block.block_id, "");
    const lost = entries
      .filter(([blockId, words]) => !fieldError(this.blocks, blockId, words))
      .map(([, words]) => words);
    if (lost.length) this.banner.textContent = lost.join(" ");
    if (focus && entries.length) {
      const first = this.blocks.querySelector(".has-error");
      first?.scrollIntoView({ block: "nearest" });
      (first && focusable(first)[0])?.focus();
    }
    return entries.length > 0;
  }

  async close({ all = false } = {}) {
    if (!this.view) return;
    const { view } = this;
    const everything = all || this.stack.length < 2;
    this.show(everything ? [] : this.stack.slice(0, -1)); // at once: the server only has to hear of it
    const answer = await post("close", { view_id: view.id, all: everything && all });
    if (!answer.ok) this.readAgain();
  }
}

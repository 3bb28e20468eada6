/** The place of one element in a block: how it is called, what it held before, and what happens when it changes. */

import { freshId } from "../core/dom.js";
import { confirmed } from "../forms/confirm.js";

export class Place {
  constructor(
    surface,
    blockId,
    { label = "", labelId = "", inInput = false, dispatch = false, optional = false, describedBy = "" } = {},
  ) {
    Object.assign(this, { surface, blockId, label, labelId, inInput, dispatch, optional, describedBy });
    this.controlId = freshId("control");
  }

  /** Whether a change is told to the app at once. */
  get acts() {
    return !this.inInput || this.dispatch;
  }

  /** What the element held before it was drawn anew, else its initial value. In a message the new initial value wins. */
  held(element, key, initial) {
    const kept = this.surface.kept(this.blockId, element.action_id);
    const startsAnew = !this.surface.isView && !this.surface.isRestored && initial !== undefined;
    return kept && key in kept && !startsAnew ? kept[key] : initial;
  }

  /** Notes a value without telling anyone. */
  note(element, value) {
    this.surface.remember(this.blockId, element.action_id, { type: element.type, ...value });
  }

  /** A person changed what the element holds. */
  edited(element) {
    this.surface.edited(this.blockId, element.action_id, { told: this.acts });
  }

  /** A person changed the value. `control` shows that the app is asked; `undo` puts the old value back if they think better of it. */
  async changed(element, value, control, options = {}) {
    const { undo, keep = true } = options;
    if (!this.acts) {
      this.note(element, value);
      this.edited(element);
      return;
    }
    if (control.getAttribute("aria-busy") === "true") {
      // A second press of a button is one too many; a second choice is told once the first was heard.
      if (keep) this.next = () => this.changed(element, value, control, options);
      return;
    }
    if (element.confirm && !(await confirmed(element.confirm, control))) {
      undo?.();
      return;
    }
    if (keep) this.note(element, value);
    this.edited(element);
    control.setAttribute("aria-busy", "true");
    try {
      await this.surface.act(this.blockId, element.action_id, { type: element.type, ...value });
    } finally {
      control.removeAttribute("aria-busy");
      const { next } = this;
      this.next = null;
      next?.();
    }
  }

  /** The attributes every control carries: its name for people who can't see it, and the hook for tests. */
  attributes(element, fallback = "") {
    const named = this.labelId
      ? { "aria-labelledby": this.labelId }
      : { "aria-label": this.label || fallback || element.type.replaceAll("_", " ") };
    return {
      id: this.controlId,
      ...named,
      "aria-describedby": this.describedBy || null,
      "aria-required": this.inInput && !this.optional ? "true" : null,
      "data-action-id": element.action_id,
    };
  }
}

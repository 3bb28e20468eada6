/** What this person typed before, newest last; kept for this tab over a reload. */

import { workspace } from "../core/workspace.js";

const KEPT = 50;

export class History {
  constructor() {
    this.at = null;
  }

  add(text) {
    const all = this.all().filter((each) => each !== text);
    write([...all, text].slice(-KEPT));
    this.at = null;
  }

  /** The one before, when the field is empty or shows one that was brought back; else null. */
  back(shown) {
    const all = this.all();
    if (!this.follows(shown, all)) return null;
    this.at = Math.max(0, (this.at ?? all.length) - 1);
    return all[this.at] ?? null;
  }

  forward(shown) {
    const all = this.all();
    if (this.at === null || !this.follows(shown, all)) return null;
    this.at += 1;
    if (this.at < all.length) return all[this.at];
    this.at = null;
    return "";
  }

  follows(shown, all) {
    if (!shown) {
      this.at = null;
      return true;
    }
    return this.at !== null && all[this.at] === shown;
  }

  all() {
    try {
      return JSON.parse(sessionStorage.getItem(key()) ?? "[]");
    } catch {
      return memory;
    }
  }
}

let memory = [];

function write(all) {
  memory = all;
  try {
    sessionStorage.setItem(key(), JSON.stringify(all));
  } catch {
    // Without storage the memory of this page has to do.
  }
}

function key() {
  return `vpsbot.typed.${workspace.team}.${workspace.user}`;
}

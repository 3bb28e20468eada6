/** Where blocks stand: a message, a dialog or the Home tab. It holds what was typed and chosen there, and speaks for it. */

import { post, sentence } from "../core/api.js";
import { workspace } from "../core/workspace.js";

export class Surface {
  /** `container` is Slack's: `{type: "message", channel, ts}` or `{type: "view", view_id}`. `onFailure` shows a sentence. */
  constructor(container, { values = {}, onFailure = () => {}, onEdit = () => {} } = {}) {
    this.container = container;
    this.values = values;
    this.onFailure = onFailure;
    this.onEdit = onEdit;
    this.untold = new Map();
    this.isView = container.type === "view";
    /** While true, what was chosen before a reload stands above what an element holds at first. */
    this.isRestored = Object.keys(values).length > 0;
  }

  kept(blockId, actionId) {
    return this.values[blockId]?.[actionId];
  }

  remember(blockId, actionId, value) {
    this.values[blockId] ??= {};
    this.values[blockId][actionId] = value;
  }

  edited(blockId, actionId, { told }) {
    if (!told) this.untold.set(`${blockId} ${actionId}`, [blockId, actionId]);
    this.onEdit(blockId);
  }

  /** Inputs tell nobody while they are filled. Before the app hears of a click, Slack has to know what they hold. */
  async tellInputs() {
    const untold = [...this.untold.values()];
    this.untold.clear();
    for (const [blockId, actionId] of untold) {
      await post("act", {
        container: this.container,
        block_id: blockId,
        action_id: actionId,
        value: this.kept(blockId, actionId),
      });
    }
  }

  /** Tells the server of a click or a choice; gives whether the app took it. */
  async act(blockId, actionId, value) {
    this.onFailure("");
    await this.tellInputs();
    const answer = await post("act", { container: this.container, block_id: blockId, action_id: actionId, value });
    if (!answer.ok) this.onFailure(sentence(answer, workspace.bot.name || "This app"));
    return answer.ok;
  }

  /** Options of an external select for what was typed so far. */
  async options(blockId, actionId, query) {
    await this.tellInputs();
    const answer = await post("options", { container: this.container, block_id: blockId, action_id: actionId, query });
    if (answer.ok === false) throw new Error(sentence(answer, workspace.bot.name || "This app"));
    return answer.option_groups ?? [{ options: answer.options ?? [] }];
  }
}

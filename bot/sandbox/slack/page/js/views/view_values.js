/** What a dialog's fields hold when it is sent, and what is wrong with them. */

import { fieldProblem } from "../forms/check.js";

/** `{block_id: {action_id: value}}` of every element that is in the view now, as the surface holds it. */
export function valuesOf(view, surface) {
  const values = {};
  for (const block of view.blocks) {
    for (const element of elementsOf(block)) {
      const held = surface.kept(block.block_id, element.action_id);
      if (held === undefined) continue;
      values[block.block_id] ??= {};
      values[block.block_id][element.action_id] = held;
    }
  }
  return values;
}

/** `{block_id: sentence}` for the inputs Slack itself would not send. */
export function problemsOf(view, surface) {
  const problems = {};
  for (const block of view.blocks) {
    if (block.type !== "input") continue;
    const problem = fieldProblem(block, surface.kept(block.block_id, block.element.action_id));
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}

function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "section") return block.accessory ? [block.accessory] : [];
  return block.type === "actions" ? block.elements : [];
}

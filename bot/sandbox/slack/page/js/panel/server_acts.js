/** What can be done to a server at the provider. The app is not asked and not told: it finds out by looking. */

import { h } from "../core/dom.js";
import { bare, get, wrong } from "../core/api.js";
import { openMenu } from "../core/popover.js";
import { now, workspace } from "../core/workspace.js";
import { confirmed } from "../forms/confirm.js";
import { openForm } from "./form_dialog.js";

const STATUSES = [
  { words: "Start", status: "active", fits: (is) => is === "stopped" },
  { words: "Activate", status: "active", fits: (is) => is !== "active" && is !== "stopped" },
  { words: "Stop", status: "stopped", fits: (is) => is !== "stopped" && is !== "suspended" },
  { words: "Suspend", status: "suspended", fits: (is) => is !== "suspended" },
];
/** RFC 5737's second net for examples: the local VPS.org gives out addresses of others. */
const NET = "198.51.100";

export const behindItsBack = () => `at VPS.org, behind ${workspace.bot.name || "the app"}'s back`;

/** The menu of a server. `list` is who shows servers: `servers`, `failed(words)`, `gone()`. */
export function openActs(button, server, list) {
  const change = async (fields) => {
    const answer = await bare("PATCH", `panel/servers/${server.id}`, fields);
    list.failed(wrong(answer));
  };
  const statuses = STATUSES.filter(({ fits }) => fits(server.status)).map(({ words, status }) =>
    item(words, () => change({ status, ...(status === "active" && !server.address && address(list)) })),
  );
  const header = h("p", { class: "menu-head" }, server.name, h("span", { class: "menu-note" }, `Done ${behindItsBack()}`));
  return openMenu(
    button,
    [
      ...statuses,
      item("Give another address", () => change(address(list))),
      item("Move to another plan…", () => move(button, server, list)),
      item("Rename…", () => rename(button, server)),
      item("Remove…", () => remove(button, server, list)),
    ],
    { label: `What happens to ${server.name}`, align: "end", header },
  );
}

/** The dialog for one more server. It is active at once, and was made now. */
export async function add(button, list) {
  const options = await plans(list);
  if (!options) return;
  const named = { name: "name", label: "Name", value: free("web-server", list) };
  openForm(
    {
      title: "Add a server",
      note: `It is there at once, ${behindItsBack()}.`,
      fields: [named, { name: "plan", label: "Plan", options }],
      submit: "Add",
      send: async ({ name, plan }) => {
        const at = now().toISOString();
        return (
          unnamed(name) ||
          wrong(await bare("POST", "panel/servers", { name, plan: Number(plan), created_at: at, updated_at: at }))
        );
      },
    },
    button,
  );
}

async function move(button, server, list) {
  const all = await plans(list);
  const options = all?.filter(({ value }) => value !== server.plan?.id);
  if (!options) return;
  openForm(
    {
      title: `Move ${server.name}`,
      note: `It has the plan ${server.plan?.name ?? "none"}. It gets another ${behindItsBack()}.`,
      fields: [{ name: "plan", label: "Plan", options }],
      submit: "Move",
      send: async ({ plan }) => wrong(await bare("PATCH", `panel/servers/${server.id}`, { plan: Number(plan) })),
    },
    button,
  );
}

function rename(button, server) {
  openForm(
    {
      title: `Rename ${server.name}`,
      note: `It gets another name ${behindItsBack()}.`,
      fields: [{ name: "name", label: "Name", value: server.name }],
      submit: "Rename",
      send: async ({ name }) => unnamed(name) || wrong(await bare("PATCH", `panel/servers/${server.id}`, { name })),
    },
    button,
  );
}

async function remove(button, server, list) {
  const plain = (text) => ({ type: "plain_text", text });
  const question = {
    title: plain(`Remove ${server.name}?`),
    text: plain(`It is gone for good, ${behindItsBack()}.`),
    confirm: plain("Remove"),
    style: "danger",
  };
  if (!(await confirmed(question, button))) return;
  const failure = wrong(await bare("DELETE", `panel/servers/${server.id}`));
  list.failed(failure);
  if (!failure) list.gone();
}

async function plans(list) {
  const answer = await get("panel/plans");
  list.failed(wrong(answer));
  return answer.plans?.map((plan) => ({
    value: plan.id,
    words: `${plan.name}, ${plan.price_monthly.toFixed(2)} a month`,
  }));
}

function address(list) {
  const taken = new Set(list.servers.map((server) => server.address));
  let last = 1;
  while (taken.has(`${NET}.${last}`)) last += 1;
  return { ip_address: `${NET}.${last}` };
}

function free(word, list) {
  const taken = new Set(list.servers.map((server) => server.name));
  let number = 1;
  const name = () => `${word}-${String(number).padStart(2, "0")}`;
  while (taken.has(name())) number += 1;
  return name();
}

/** The local VPS.org lets a server have any name, but nobody can name one without. */
function unnamed(name) {
  return name ? "" : "A server needs a name.";
}

function item(words, act) {
  return h("button", { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", onclick: act }, words);
}

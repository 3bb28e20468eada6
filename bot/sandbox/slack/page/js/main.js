/**
 * The page of the local Slack: starts everything and puts it together. What it has and how tests take hold of it:
 * docs/local-slack-page.md. What it says to the server: docs/local-slack-api.md.
 */

import { h } from "./core/dom.js";
import { get } from "./core/api.js";
import { read as readAddress } from "./core/address.js";
import { connect } from "./core/live.js";
import { adopt, channelById, on, workspace } from "./core/workspace.js";
import { forgetLogs, startLogs } from "./messages/log.js";
import { Thread } from "./messages/thread.js";
import { Panel } from "./panel/panel.js";
import { connectionBar } from "./shell/connection.js";
import { Conversation } from "./shell/conversation.js";
import { PhoneBar } from "./shell/phone_bar.js";
import { Sidebar } from "./shell/sidebar.js";
import { Topbar } from "./shell/topbar.js";
import { Modals } from "./views/modal.js";

const AGAIN_MS = 1000;

async function start() {
  const wanted = readAddress();
  Object.assign(workspace, { team: wanted.team, user: wanted.user });
  if (!(await readState())) return;

  startLogs();
  const thread = new Thread();
  const conversation = new Conversation(thread);
  const sidebar = new Sidebar((channel) => conversation.open(channel));
  const panel = new Panel();
  const topbar = new Topbar(() => panel.toggle());
  const phoneBar = new PhoneBar((part) => panel.show(part));
  const modals = new Modals();
  topbar.node.prepend(skipLink());
  document.body.replaceChildren(
    connectionBar(),
    topbar.node,
    h("div", { class: "columns" }, sidebar.node, conversation.node, thread.node, panel.node),
    phoneBar.node,
    modals.dialog,
  );

  listen(conversation, modals);
  await connect();
  await Promise.all([
    conversation.open(firstChannel(wanted.channel), { tab: wanted.tab, back: false }),
    modals.readAgain(),
  ]);
  if (!modals.dialog.open && matchMedia("(hover: hover)").matches) conversation.composer.focus();
  document.documentElement.dataset.ready = "true";
}

function listen(conversation, modals) {
  on("reset", async () => {
    forgetLogs();
    await readState();
    conversation.refresh();
    modals.readAgain();
  });
  window.addEventListener("popstate", () => {
    const { channel, tab } = readAddress();
    conversation.open(firstChannel(channel), { tab, back: false });
  });
  document.addEventListener("click", (event) => {
    const mention = event.target.closest?.("a.mention[data-channel]");
    if (!mention) return;
    event.preventDefault();
    conversation.open(mention.dataset.channel);
  });
}

/** Reads who, where and what there is; tries until the server is there. */
async function readState() {
  for (;;) {
    const state = await get("state");
    if (state.teams) {
      adopt(state);
      return true;
    }
    if (state.error === "unreachable") say("Waiting for the local Slack…");
    else if (workspace.user || workspace.team) {
      // The address names someone who isn't there (any more): the first person will do.
      Object.assign(workspace, { team: "", user: "" });
      continue;
    } else {
      say(`The local Slack says: ${state.message ?? state.error}`);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function say(words) {
  const place = document.querySelector(".starting");
  if (place) place.textContent = words;
}

function firstChannel(wanted) {
  if (channelById(wanted)) return wanted;
  const usual = workspace.channels.find(
    (channel) => channel.kind === "channel" && channel.bot_is_member && !channel.archived,
  );
  return (usual ?? workspace.channels[0])?.id ?? "";
}

function skipLink() {
  const skip = (event) => {
    event.preventDefault();
    document.querySelector(".composer-text")?.focus();
  };
  return h("a", { class: "skip", href: "#", onclick: skip }, "Skip to the message field");
}

start();

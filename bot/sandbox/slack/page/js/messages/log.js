/** The messages of each channel that was opened, kept true by the events. */

import { get } from "../core/api.js";
import { on, tell } from "../core/workspace.js";

const logs = new Map();

export function byTs(a, b) {
  return Number(a.ts) - Number(b.ts) || (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);
}

export function startLogs() {
  on("message", ({ message }) => record(message, "log-added"));
  on("message_changed", ({ message }) => record(message, "log-changed"));
  on("message_deleted", ({ channel, ts }) => remove(channel, ts));
}

/** The messages of a channel, read once and from then on kept up by events. Oldest first. */
export async function messagesOf(channel) {
  let log = logs.get(channel);
  if (!log) {
    log = { byTs: new Map(), missed: [], loading: null };
    log.loading = load(channel, log);
    logs.set(channel, log);
  }
  await log.loading;
  return [...log.byTs.values()].sort(byTs);
}

export function messageAt(channel, ts) {
  return logs.get(channel)?.byTs.get(ts);
}

/** Replies to a message that are known here. */
export function repliesOf(channel, ts) {
  const log = logs.get(channel);
  return log ? [...log.byTs.values()].filter((message) => isReply(message) && message.thread_ts === ts).sort(byTs) : [];
}

/** Whether a message stands in its channel: all but replies, and of those the ones that are shown there, too. */
export function standsInChannel(message) {
  return !isReply(message) || Boolean(message.broadcast);
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** After something may have been missed: every channel is read again when it is next looked at. */
export function forgetLogs() {
  logs.clear();
}

async function load(channel, log) {
  const answer = await get("messages", { channel });
  for (const message of answer.messages ?? []) log.byTs.set(message.ts, message);
  // What came while reading is newer than what was read, or the same.
  for (const change of log.missed) change();
  log.missed = null;
}

function record(message, topic) {
  const log = logs.get(message.channel);
  if (!log) {
    if (topic === "log-added") tell("elsewhere", message);
    return;
  }
  const change = () => {
    log.byTs.set(message.ts, message);
  };
  if (log.missed) log.missed.push(change);
  else {
    const isNew = !log.byTs.has(message.ts);
    change();
    tell(isNew ? "log-added" : topic === "log-added" ? "log-changed" : topic, message);
  }
}

function remove(channel, ts) {
  const log = logs.get(channel);
  if (!log) return;
  const change = () => log.byTs.delete(ts);
  if (log.missed) log.missed.push(change);
  else {
    change();
    tell("log-removed", { channel, ts });
  }
}

/** The stream of events: opened once, opened again when it breaks, and a `reset` when something may have been missed. */

import { workspace, tell, adoptChannels, adoptPeople, adoptClock, adoptAdministered } from "./workspace.js";

const AGAIN_MS = [200, 500, 1000, 2000];
let socket = null;
let failures = 0;
let retry = 0;
let mayHaveMissed = false;

/** Resolves when the first try is over: what is read from then on misses nothing. */
export function connect() {
  document.addEventListener("visibilitychange", () => document.hidden || socket || againNow());
  return new Promise((tried) => open(tried));
}

/** A WebSocket, not an EventSource: a browser grants an origin six of those for all its tabs together. */
function open(tried = () => {}) {
  const query = new URLSearchParams({ team: workspace.team, user: workspace.user });
  socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/_local/events?${query}`);
  socket.addEventListener("message", (event) => read(event.data));
  socket.addEventListener("open", () => {
    opened();
    tried();
  });
  socket.addEventListener("close", () => {
    broken();
    tried();
  });
}

/** A tab that is looked at again doesn't wait for the next try. */
function againNow() {
  clearTimeout(retry);
  open();
}

function opened() {
  failures = 0;
  tell("connection", true);
  if (mayHaveMissed) {
    mayHaveMissed = false;
    tell("reset", {});
  }
}

function broken() {
  tell("connection", false);
  // To read everything again is quick here, and always right.
  socket = null;
  mayHaveMissed = true;
  retry = setTimeout(open, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
  failures += 1;
}

/** The lines of one event: `event: kind`, `data: JSON`. */
function read(text) {
  const kind = /^event: (.+)$/m.exec(text)?.[1];
  const data = /^data: (.+)$/m.exec(text)?.[1];
  if (kind) hear(kind, data ? JSON.parse(data) : {});
}

function hear(kind, detail) {
  if (kind === "channels") adoptChannels(detail.channels);
  else if (kind === "people") adoptPeople(detail.people);
  else if (kind === "clock") adoptClock(detail);
  else if (kind === "workspace") adoptAdministered(detail);
  else tell(kind, detail);
}

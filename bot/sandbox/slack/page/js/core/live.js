/** The stream of events: opened once, opened again when it breaks, and a `reset` when something may have been missed. */

import { workspace, tell, adoptChannels, adoptPeople, adoptClock } from "./workspace.js";

const KINDS = [
  "message",
  "message_changed",
  "message_deleted",
  "views",
  "home",
  "channels",
  "people",
  "exchange",
  "clock",
  "panel",
  "reset",
];
const AGAIN_MS = [200, 500, 1000, 2000];
/** A browser grants an origin six connections: tabs nobody looks at give theirs back after a while. */
const HIDDEN_MS = 60_000;

let source = null;
let failures = 0;
let hiddenTimer = 0;
let retry = 0;
let mayHaveMissed = false;

export function connect() {
  open();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(letGo, HIDDEN_MS);
    else if (!source) open();
  });
}

function open() {
  const query = new URLSearchParams({ team: workspace.team, user: workspace.user });
  source = new EventSource(`/_local/events?${query}`);
  for (const kind of KINDS) source.addEventListener(kind, (event) => hear(kind, event));
  source.addEventListener("open", opened);
  source.addEventListener("error", broken);
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
  // The browser would try again by itself, but seconds later. To read everything again is quick here, and always right.
  source.close();
  mayHaveMissed = true;
  retry = setTimeout(open, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
  failures += 1;
}

function letGo() {
  clearTimeout(retry);
  source?.close();
  source = null;
  mayHaveMissed = true;
}

function hear(kind, event) {
  const detail = event.data ? JSON.parse(event.data) : {};
  if (kind === "channels") adoptChannels(detail.channels);
  else if (kind === "people") adoptPeople(detail.people);
  else if (kind === "clock") adoptClock(detail);
  else tell(kind, detail);
}

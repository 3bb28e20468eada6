/** The calls below `/_local/`, as docs/local-slack-api.md has them. Every call says which workspace and who. */

import { workspace } from "./workspace.js";

const UNREACHABLE = { ok: false, error: "unreachable", message: "The local Slack can't be reached." };

export function get(path, params = {}) {
  const query = new URLSearchParams({ ...who(), ...params });
  return call(`/_local/${path}?${query}`);
}

export function post(path, body = {}) {
  return call(`/_local/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...who(), ...body }),
  });
}

/** A call handed on to another service as it is, without workspace and person. */
export function bare(method, path, body) {
  const content = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return call(`/_local/${path}`, { method, ...content });
}

export function postBare(path, body = {}) {
  return bare("POST", path, body);
}

function who() {
  const named = {};
  if (workspace.team) named.team = workspace.team;
  if (workspace.user) named.user = workspace.user;
  return named;
}

async function call(url, options) {
  try {
    const answer = await fetch(url, options);
    const body = await answer.json();
    if (!answer.ok && body.ok === undefined) body.ok = false;
    return body;
  } catch {
    return UNREACHABLE;
  }
}

/** A failure in a person's words. */
export function sentence(answer, what = "This app") {
  if (answer.message) return answer.message;
  if (answer.error === "operation_timeout") return `${what} didn't answer in time (operation_timeout).`;
  if (answer.error === "dispatch_failed" || answer.error === "dispatch_unknown_error")
    return `${what} couldn't be reached (${answer.error}).`;
  return `${what} failed with the error “${answer.error ?? "unknown"}”.`;
}

/** What is wrong with the answer of a call that was handed on, in a sentence, or an empty text. */
export function wrong(answer) {
  return answer.ok === false || answer.error ? `That didn't work: ${answer.message ?? answer.error}` : "";
}

/** What can be made to go wrong at the provider, in plain words. Kinds: docs/local-vps-api.md. */

const ONCE = { times: 1 };
const ALWAYS = { times: null };

export const FAULTS = [
  {
    words: "The next reboot's answer gets lost",
    note: "it happens, but the connection closes",
    arm: { kind: "lost_reply", match: { action: "reboot" }, ...ONCE },
  },
  {
    words: "The next deletion's answer gets lost",
    note: "the server is gone, nobody says so",
    arm: { kind: "lost_reply", match: { action: "delete" }, ...ONCE },
  },
  {
    words: "The next new server's answer gets lost",
    note: "it is bought all the same",
    arm: { kind: "lost_reply", match: { action: "create" }, ...ONCE },
  },
  {
    words: "The next new server comes 15 s after its lost answer",
    arm: { kind: "late_effect", match: { action: "create" }, seconds: 15, ...ONCE },
  },
  {
    words: "The next change never arrives",
    note: "closed before anything is done",
    arm: { kind: "closed_before", match: { method: "POST" }, ...ONCE },
  },
  { words: "Changes show in the list 15 s late", arm: { kind: "late_list", match: {}, seconds: 15, ...ALWAYS } },
  { words: "The provider is down (503)", arm: { kind: "status", match: {}, status: 503, ...ALWAYS } },
  {
    words: "Too many requests (429, again in 10 s)",
    arm: { kind: "status", match: {}, status: 429, retry_after: "10", ...ALWAYS },
  },
  { words: "The token is refused (401)", arm: { kind: "status", match: {}, status: 401, ...ALWAYS } },
  {
    words: "No credits left for a new server (402)",
    arm: { kind: "status", match: { action: "create" }, status: 402, ...ALWAYS },
  },
  { words: "Answers take 5 s", arm: { kind: "slow", match: {}, seconds: 5, ...ALWAYS } },
  { words: "Nobody answers for a minute", arm: { kind: "hang", match: {}, seconds: 60, ...ALWAYS } },
  { words: "A web page instead of an answer", arm: { kind: "html", match: {}, ...ALWAYS } },
  { words: "Empty answers", arm: { kind: "empty", match: {}, ...ALWAYS } },
  { words: "Answers are cut off in the middle", arm: { kind: "cut", match: {}, ...ALWAYS } },
  { words: "Answers of 50 MB", arm: { kind: "huge", match: {}, ...ALWAYS } },
  { words: "Answers point to another address (302)", arm: { kind: "redirect", match: {}, ...ALWAYS } },
];

/** Whether an armed fault, as the provider lists it, is this one. */
export function isSame(arm, armed) {
  const fixed = ["kind", "status", "seconds"].every((key) => arm[key] === undefined || arm[key] === armed[key]);
  const match = armed.match ?? {};
  const keys = new Set([...Object.keys(arm.match), ...Object.keys(match)]);
  return fixed && [...keys].every((key) => arm.match[key] === match[key]);
}

/** Who and where, kept in the page's address: a reload keeps it, another tab can be another person. */

export function read() {
  const params = new URLSearchParams(location.search);
  return Object.fromEntries(["team", "user", "channel", "tab"].map((key) => [key, params.get(key) ?? ""]));
}

export function link(changes) {
  const wanted = { ...read(), ...changes };
  const params = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return `?${params}`;
}

/** Changes the address without loading the page again; `back` says whether the Back button should undo it. */
export function change(changes, { back = false } = {}) {
  const url = link(changes);
  if (url === location.search) return;
  if (back) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

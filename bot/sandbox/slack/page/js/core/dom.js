/** Builds elements. Text only ever becomes text nodes: nothing a person, the bot or the provider wrote is read as HTML. */

export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

/** Appends nodes, strings, arrays of them; leaves out what is null or false. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
  return node;
}

export function svg(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export function refill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

let last = 0;
/** An id for label/for and aria references, unique on this page. */
export function freshId(word = "id") {
  last += 1;
  return `${word}-${last}`;
}

/** What can take the focus inside a node, in order. */
export function focusable(node) {
  const wanted = "a[href], button, input, textarea, select, [tabindex='0']";
  return [...node.querySelectorAll(wanted)].filter(
    (each) => !each.disabled && each.type !== "hidden" && each.checkVisibility(),
  );
}

/** Calls `work` once, `ms` after the last of several calls. `.now()` does it at once if it is due. */
export function settled(work, ms) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(later.now, ms);
  };
  later.now = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    work();
  };
  return later;
}

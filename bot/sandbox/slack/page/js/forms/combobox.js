/** A field that offers a list: type to search, arrows and Enter to choose. One choice or several. */

import { h, freshId, refill, settled } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { float } from "../core/popover.js";

const REMOTE_MS = 200;

/**
 * `offer(query)` resolves to groups `[{label, choices: [{key, text, note, also, data}]}]`; unless `remote`, they are filtered here.
 * `onChange(chosen, undo)` hears every change a person makes. Gives `{node, input}`.
 */
export function combobox(options) {
  const { attributes, placeholder, multiple, max, clearable, autofocus, minQuery, remote, offer, onChange } = options;
  let chosen = options.chosen;
  let drawn = null;
  let shown = [];
  let active = -1;
  let putAway = null;
  let asked = 0;

  const listId = freshId("list");
  const input = h("input", {
    ...attributes,
    type: "text",
    role: "combobox",
    class: "combo-input",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-haspopup": "listbox",
    autocomplete: "off",
    spellcheck: "false",
    "data-autofocus": autofocus,
  });
  const chips = h("span", { class: "chips" });
  const clear = h(
    "button",
    { type: "button", class: "combo-clear", "aria-label": "Clear", onclick: () => change([]) },
    icon("close", 14),
  );
  const node = h("div", { class: multiple ? "combo combo-multi" : "combo" }, chips, input, clear, icon("down", 16));
  const list = h("div", {
    class: "menu listbox",
    role: "listbox",
    id: listId,
    "aria-label": placeholder,
    "aria-multiselectable": multiple ? "true" : null,
  });

  show();

  function show() {
    const isFull = multiple && chosen.length > 0;
    input.placeholder = isFull ? "" : placeholder;
    input.value = multiple ? "" : (chosen[0]?.text ?? "");
    clear.hidden = !(clearable && chosen.length && !multiple);
    if (multiple && drawn !== chosen) refill(chips, chosen.map(chip)); // else a chip that is being pressed would go
    drawn = chosen;
  }

  function chip(choice) {
    const remove = h(
      "button",
      {
        type: "button",
        class: "chip-remove",
        "aria-label": `Remove ${choice.text}`,
        onclick: () => {
          change(chosen.filter((each) => each !== choice));
          input.focus();
        },
      },
      icon("close", 12),
    );
    return h("span", { class: "chip" }, choice.text, remove);
  }

  function change(next) {
    const previous = chosen;
    chosen = next;
    show();
    onChange(chosen, () => {
      chosen = previous;
      show();
    });
  }

  function choose(choice) {
    if (!multiple) {
      close();
      if (choice.key !== chosen[0]?.key) change([choice]);
      else show();
      return;
    }
    const had = chosen.some((each) => each.key === choice.key);
    if (!had && max && chosen.length >= max) return;
    change(had ? chosen.filter((each) => each.key !== choice.key) : [...chosen, choice]);
    fill("");
  }

  function open() {
    if (putAway) return;
    putAway = float(list, node, { width: "anchor", onClose: close });
    input.setAttribute("aria-expanded", "true");
    fill("");
  }

  function close() {
    putAway?.();
    putAway = null;
    asked += 1;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    show();
  }

  async function fill(query) {
    asked += 1;
    const turn = asked;
    if (query.length < minQuery) {
      say(`Type at least ${minQuery} character${minQuery === 1 ? "" : "s"} to search`);
      return;
    }
    if (remote) say("Loading…");
    try {
      const groups = await offer(query);
      if (turn === asked && putAway) draw(remote ? groups : matching(groups, query));
    } catch (error) {
      if (turn === asked && putAway) say(error.message);
    }
  }

  function say(words) {
    shown = [];
    active = -1;
    input.removeAttribute("aria-activedescendant");
    refill(list, h("div", { class: "menu-empty", role: "status" }, words));
  }

  function draw(groups) {
    shown = [];
    const isFull = multiple && max && chosen.length >= max;
    const parts = groups.map((group) => {
      const rows = group.choices.map((choice) => row(choice, isFull));
      if (!group.label || !rows.length) return rows;
      const labelId = freshId("group");
      return h(
        "div",
        { role: "group", "aria-labelledby": labelId },
        h("div", { class: "menu-title", id: labelId }, group.label),
        rows,
      );
    });
    if (!shown.length) return say("No matches");
    refill(list, parts);
    const current = shown.findIndex((each) => !multiple && each.choice.key === chosen[0]?.key);
    point(current >= 0 ? current : multiple && active > 0 && active < shown.length ? active : 0);
  }

  function row(choice, isFull) {
    const isChosen = chosen.some((each) => each.key === choice.key);
    const option = h(
      "div",
      {
        role: "option",
        id: freshId("option"),
        class: "menu-item",
        "aria-selected": String(isChosen),
        "aria-disabled": isFull && !isChosen ? "true" : null,
        "data-value": choice.key,
      },
      h(
        "span",
        { class: "menu-words" },
        h("span", null, choice.text),
        choice.note && h("span", { class: "menu-note" }, choice.note),
      ),
      isChosen && icon("check", 16),
    );
    option.addEventListener("click", () => choose(choice));
    option.addEventListener("pointermove", () =>
      point(
        shown.findIndex((each) => each.option === option),
        false,
      ),
    );
    shown.push({ choice, option });
    return option;
  }

  function point(at, scroll = true) {
    shown[active]?.option.classList.remove("is-active");
    active = at;
    const target = shown[active]?.option;
    if (!target) return;
    target.classList.add("is-active");
    input.setAttribute("aria-activedescendant", target.id);
    if (scroll) target.scrollIntoView({ block: "nearest" });
  }

  const fillSoon = remote ? settled(() => putAway && fill(input.value), REMOTE_MS) : () => fill(input.value);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  node.addEventListener("click", (event) => {
    if (event.target.closest("button")) return;
    input.focus();
    if (!multiple) input.select();
    open();
  });
  input.addEventListener("input", () => {
    const typed = input.value;
    open();
    input.value = typed;
    active = -1;
    fillSoon();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1 };
    if (event.key in steps && putAway) point((steps[event.key] + shown.length) % (shown.length || 1));
    else if (event.key in steps || (event.key === "Enter" && !putAway)) open();
    else if (event.key === "Enter" && shown[active]) choose(shown[active].choice);
    else if (event.key === "Escape" && putAway) close();
    else if (event.key === "Backspace" && multiple && !input.value && chosen.length) change(chosen.slice(0, -1));
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { node, input };
}

function matching(groups, query) {
  const wanted = query.trim().toLowerCase();
  const fits = ({ text, note, also }) => [text, note, also].some((words) => words?.toLowerCase().includes(wanted));
  return groups.map((group) => ({ ...group, choices: wanted ? group.choices.filter(fits) : group.choices }));
}

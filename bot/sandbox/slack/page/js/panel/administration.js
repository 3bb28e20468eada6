/** What the workspace's administrators do: accounts, channels, user groups, the app. The app is told by Slack's events. */

import { h, freshId, refill } from "../core/dom.js";
import { post, sentence } from "../core/api.js";
import { on, workspace } from "../core/workspace.js";
import { confirmed } from "../forms/confirm.js";
import { socketFaults } from "./socket_faults.js";

const GONE = { account_inactive: "is not installed", token_revoked: "has lost its token" };

export class Administration {
  constructor() {
    this.people = h("ul", { class: "admin-list" });
    this.channels = h("ul", { class: "admin-list admin-channels" });
    this.groups = h("div", { class: "admin-groups" });
    this.app = h("div", { class: "admin-app" });
    this.note = h("p", { class: "panel-failure", role: "alert" });
    this.node = h(
      "div",
      {
        class: "panel-part administration",
        role: "tabpanel",
        id: "panel-workspace",
        "aria-labelledby": "tab-workspace",
        "data-testid": "administration",
        hidden: true,
      },
      this.note,
      part("People", this.people),
      part("Channels", this.channels),
      part("User groups", this.groups, this.newGroup()),
      part("The app", this.app),
      part("Its connection", socketFaults((act) => this.ask({ act }))),
    );
    on("people", () => this.draw(this.people, this.peopleRows()));
    on("people", () => this.draw(this.groups, this.groupRows()));
    on("channels", () => this.draw(this.channels, this.channelRows()));
    on("workspace", () => this.drawAll());
    this.drawAll();
  }

  drawAll() {
    this.draw(this.people, this.peopleRows());
    this.draw(this.channels, this.channelRows());
    this.draw(this.groups, this.groupRows());
    this.draw(this.app, this.appRows());
  }

  /** The focus stays where it was: what a button is called may change by its own press, what it acts on does not. */
  draw(place, rows) {
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const open = new Set([...place.querySelectorAll("details[open]")].map((each) => each.dataset.group));
    refill(place, rows);
    for (const each of place.querySelectorAll("details")) each.open = open.has(each.dataset.group);
    if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  peopleRows() {
    return [...workspace.people.values()].map((person) =>
      row(
        person.real_name || person.name,
        [person.guest && "guest", person.deleted && "deactivated"],
        person.deleted
          ? this.act("Reactivate", person, { act: "reactivate", person: person.id }, "account")
          : this.act("Deactivate", person, { act: "deactivate", person: person.id }, "account"),
        person.guest
          ? this.act("Make member", person, { act: "make_member", person: person.id }, "guest")
          : this.act("Make guest", person, { act: "make_guest", person: person.id }, "guest"),
      ),
    );
  }

  channelRows() {
    return workspace.channels
      .filter((channel) => channel.kind === "channel")
      .map((channel) =>
        row(
          `#${channel.name}`,
          [channel.archived && "archived", channel.restricted && "only admins post", !channel.bot_is_member && "no app"],
          channel.bot_is_member
            ? this.act("Remove app", channel, { act: "remove_bot", channel: channel.id }, "app")
            : this.act("Invite app", channel, { act: "add_bot", channel: channel.id }, "app"),
          channel.archived
            ? this.act("Unarchive", channel, { act: "unarchive", channel: channel.id }, "archive")
            : this.act("Archive", channel, { act: "archive", channel: channel.id }, "archive"),
          channel.restricted
            ? this.act("All may post", channel, { act: "unrestrict", channel: channel.id }, "restrict")
            : this.act("Only admins post", channel, { act: "restrict", channel: channel.id }, "restrict"),
        ),
      );
  }

  groupRows() {
    if (!workspace.groups.length) return h("p", { class: "menu-note" }, "No user groups yet.");
    return workspace.groups.map((group) =>
      h(
        "details",
        { class: "admin-group", "data-group": group.id },
        h("summary", null, `@${group.handle}`, h("span", { class: "panel-count" }, ` ${group.members.length}`)),
        [...workspace.people.values()].map((person) => this.membership(group, person)),
      ),
    );
  }

  membership(group, person) {
    const box = h("input", {
      type: "checkbox",
      checked: group.members.includes(person.id),
      "data-key": `${group.id} ${person.id}`,
      onchange: () => {
        const others = group.members.filter((each) => each !== person.id);
        const members = box.checked ? [...others, person.id] : others;
        this.ask({ act: "set_group", group: group.id, members });
      },
    });
    return h("label", { class: "admin-member" }, box, person.real_name || person.name);
  }

  newGroup() {
    const id = freshId("handle");
    const field = h("input", { id, class: "text-input", placeholder: "night-shift", autocomplete: "off", maxlength: 22 });
    const add = async (event) => {
      event.preventDefault();
      const handle = field.value.trim();
      if (handle && (await this.ask({ act: "add_group", handle, members: [] }))) field.value = "";
    };
    return h(
      "form",
      { class: "admin-new", onsubmit: add },
      h("label", { for: id, class: "hidden-words" }, "Name of a new group"),
      field,
      h("button", { type: "submit", class: "button button-tiny" }, "Add group"),
    );
  }

  appRows() {
    const { dead } = workspace.app;
    const words = `${workspace.bot.name} ${dead ? (GONE[dead] ?? `gets ${dead}`) : "is installed"}.`;
    if (dead)
      return [h("p", null, words), h("p", { class: "menu-note" }, "Its own install page, or a restart, brings it back.")];
    return [
      h("p", null, words),
      h(
        "div",
        { class: "admin-acts" },
        this.ending("Revoke its token", "revoke_token", "Every call of the app is refused from now on."),
        this.ending("Uninstall", "uninstall", "The app leaves this workspace."),
      ),
    ];
  }

  act(words, on, body, key) {
    return h(
      "button",
      {
        type: "button",
        class: "button button-tiny",
        "data-key": `${on.id} ${key}`,
        "aria-label": `${words}: ${on.real_name || on.name}`,
        onclick: () => this.ask(body),
      },
      words,
    );
  }

  /** What can't be taken back is asked for. */
  ending(words, act, consequence) {
    const button = h(
      "button",
      {
        type: "button",
        class: "button button-tiny button-danger",
        onclick: async () => {
          const text = { type: "plain_text", text: `${consequence} Its own install page, or a restart, brings it back.` };
          const confirm = { type: "plain_text", text: words };
          const title = { type: "plain_text", text: `${words}?` };
          if (await confirmed({ title, text, confirm, style: "danger" }, button)) this.ask({ act });
        },
      },
      words,
    );
    return button;
  }

  async ask(body) {
    const answer = await post("workspace", body);
    this.note.textContent = answer.ok ? "" : sentence(answer);
    return answer.ok;
  }
}

function part(words, ...children) {
  return h("section", { class: "panel-section", "aria-label": words }, h("h2", null, words), children);
}

function row(name, states, ...acts) {
  const tags = states.filter(Boolean).map((state) => h("span", { class: "tag" }, state));
  return h(
    "li",
    { class: "admin-row", "data-testid": "admin-row", "data-name": name },
    h("div", { class: "admin-name" }, name, tags),
    h("div", { class: "admin-acts" }, acts),
  );
}

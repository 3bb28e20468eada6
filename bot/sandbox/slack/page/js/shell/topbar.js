/** The bar at the top: the workspace, the theme, and who you are. */

import { h, refill } from "../core/dom.js";
import { avatar } from "../core/avatar.js";
import { icon } from "../core/icons.js";
import { link } from "../core/address.js";
import { openMenu } from "../core/popover.js";
import { me, on, workspace } from "../core/workspace.js";
import { nextTheme, theme } from "./theme.js";

const THEME_WORDS = { auto: "as the system", light: "light", dark: "dark" };

export class Topbar {
  /** `onPanel()` opens or closes the panel on the right. */
  constructor(onPanel) {
    this.team = h("div", { class: "topbar-team" });
    this.person = h("button", {
      type: "button",
      class: "person-button",
      "data-testid": "person-menu",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => this.openPeople(),
    });
    this.themeButton = h("button", {
      type: "button",
      class: "topbar-button",
      onclick: () => this.drawTheme(nextTheme()),
    });
    this.panelButton = h(
      "button",
      {
        type: "button",
        class: "topbar-button panel-toggle",
        "aria-label": "Servers and inspector",
        title: "Servers and inspector",
        onclick: onPanel,
      },
      icon("panel", 20),
    );
    this.node = h(
      "header",
      { class: "topbar" },
      this.team,
      h("div", { class: "topbar-space" }),
      this.themeButton,
      this.panelButton,
      this.person,
    );
    on("people", () => this.draw());
    this.draw();
    this.drawTheme(theme());
  }

  draw() {
    this.drawTeam();
    const self = me();
    const name = self?.real_name || self?.name || workspace.user;
    refill(
      this.person,
      h("span", { class: "hidden-words" }, "You are "),
      avatar({ id: workspace.user, name }),
      h(
        "span",
        { class: "person-words" },
        h("span", { class: "person-name" }, name),
        self?.title && h("span", { class: "person-title" }, self.title),
      ),
      h("span", { class: "hidden-words" }, ". Choose who you are"),
      icon("down", 14),
    );
  }

  drawTeam() {
    const here = workspace.teams.find((team) => team.id === workspace.team);
    const words = [
      h("span", { class: "team-mark", "aria-hidden": "true" }, (here?.name ?? "?").charAt(0)),
      h("span", { class: "team-name" }, here?.name ?? "Workspace"),
    ];
    if (workspace.teams.length < 2) {
      refill(this.team, h("div", { class: "team-here" }, words));
      return;
    }
    const button = h(
      "button",
      {
        type: "button",
        class: "team-here",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "data-testid": "team-menu",
      },
      words,
      h("span", { class: "hidden-words" }, ". Choose another workspace"),
      icon("down", 14),
    );
    button.addEventListener("click", () =>
      openMenu(
        button,
        workspace.teams.map((team) => teamItem(team)),
        { label: "Workspaces" },
      ),
    );
    refill(this.team, button);
  }

  openPeople() {
    const header = h(
      "p",
      { class: "menu-head" },
      "Who are you? ",
      h("span", { class: "menu-note" }, "Open someone in another tab (Ctrl-click) to be two people at once."),
    );
    openMenu(this.person, [...workspace.people.values()].map(personItem), {
      label: "Who you are",
      align: "end",
      header,
    });
  }

  drawTheme(name) {
    const words = `Colours: ${THEME_WORDS[name]}`;
    this.themeButton.setAttribute("aria-label", words);
    this.themeButton.title = words;
    refill(this.themeButton, icon({ auto: "auto", light: "sun", dark: "moon" }[name], 20));
  }
}

function personItem(person) {
  const isHere = person.id === workspace.user;
  const notes = [
    person.deleted && "deactivated",
    person.guest && "guest",
    person.foreign && "from another company",
  ].filter(Boolean);
  const gone = Boolean(person.deleted);
  return h(
    "a",
    {
      role: "menuitemradio",
      class: "menu-item person-item",
      tabindex: "-1",
      href: gone ? null : link({ user: person.id, channel: "", tab: "" }),
      "aria-checked": String(isHere),
      "aria-disabled": gone ? "true" : null,
      "data-user": person.id,
    },
    avatar({ id: person.id }),
    h(
      "span",
      { class: "menu-words" },
      h(
        "span",
        { class: "person-item-name" },
        person.real_name || person.name,
        notes.map((note) => h("span", { class: "tag" }, note)),
      ),
      h("span", { class: "menu-note" }, [person.title, `@${person.name}`].filter(Boolean).join(" · ")),
    ),
    isHere && icon("check", 16),
  );
}

function teamItem(team) {
  const isHere = team.id === workspace.team;
  return h(
    "a",
    {
      role: "menuitemradio",
      class: "menu-item",
      tabindex: "-1",
      href: link({ team: team.id, user: "", channel: "", tab: "" }),
      "aria-checked": String(isHere),
    },
    h("span", { class: "team-mark", "aria-hidden": "true" }, team.name.charAt(0)),
    h("span", { class: "menu-words" }, team.name),
    isHere && icon("check", 16),
  );
}

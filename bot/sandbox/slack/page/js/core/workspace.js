/** What the page knows of the workspace, and who wants to hear when it changes. */

export const workspace = {
  teams: [],
  team: "",
  user: "",
  people: new Map(),
  channels: [],
  groups: [],
  app: { dead: "", socket_mode: false, connections: [] },
  bot: { id: "", name: "" },
  commands: [],
  shortcuts: [],
  homeEnabled: false,
  hasPanel: false,
  channel: "",
  clockAhead: 0,
  clockMoved: 0,
  botFollows: false,
};

const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
  return () => listeners.get(topic).delete(listener);
}

export function tell(topic, detail) {
  for (const listener of [...(listeners.get(topic) ?? [])]) listener(detail);
}

/** Takes over the answer of `GET /_local/state`. */
export function adopt(state) {
  const { teams, team, user, bot, commands, shortcuts } = state;
  Object.assign(workspace, {
    teams: teams ?? [],
    bot: bot ?? workspace.bot,
    commands: commands ?? [],
    shortcuts: shortcuts ?? [],
  });
  workspace.team = idOf(team);
  workspace.user = idOf(user);
  workspace.homeEnabled = Boolean(state.home_enabled);
  workspace.hasPanel = Boolean(state.panel);
  adoptClock(state.clock);
  adoptAdministered(state.workspace ?? {});
  adoptPeople(state.people ?? []);
  adoptChannels(state.channels ?? []);
}

export function adoptPeople(people) {
  workspace.people = new Map(people.map((person) => [person.id, person]));
  tell("people");
}

export function adoptChannels(channels) {
  workspace.channels = channels;
  tell("channels");
}

/** User groups, whether the app is installed, and its connections. */
export function adoptAdministered({ groups, app }) {
  workspace.groups = groups ?? [];
  workspace.app = app ?? { dead: "", socket_mode: false, connections: [] };
  tell("workspace");
}

export function adoptClock(clock) {
  if (!clock) return;
  workspace.clockMoved = clock.moved_seconds ?? 0;
  workspace.botFollows = Boolean(clock.bot_follows);
  const now = typeof clock.now === "number" ? clock.now * 1000 : Date.parse(clock.now);
  workspace.clockAhead = Number.isFinite(now) ? now - Date.now() : (clock.moved_seconds ?? 0) * 1000;
  tell("clock");
}

/** The sandbox's time, which a person can move ahead. */
export function now() {
  return new Date(Date.now() + workspace.clockAhead);
}

export function me() {
  return workspace.people.get(workspace.user);
}

export function channelById(id) {
  return workspace.channels.find((channel) => channel.id === id);
}

export function personName(id, otherwise) {
  const person = workspace.people.get(id);
  if (person) return person.real_name || person.name;
  if (id && id === workspace.bot.id) return workspace.bot.name;
  return otherwise || id;
}

export function channelTitle(channel) {
  return channel.kind === "channel" ? `#${channel.name}` : channel.name;
}

function idOf(value) {
  return typeof value === "object" && value ? value.id : value;
}

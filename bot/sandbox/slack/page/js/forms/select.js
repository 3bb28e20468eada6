/** The select menus, one choice or many: what they offer, and how Slack names what was chosen. */

import { workspace, channelById, channelTitle, personName } from "../core/workspace.js";
import { plainText } from "../text/draw.js";
import { combobox } from "./combobox.js";

export function select(element, place) {
  const multiple = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_|_select$/g, "");
  const { choices, one, many, initial } = KINDS[kind];
  const key = multiple ? many : one;
  const held = place.held(element, key, initial(element, multiple));
  const start = [held]
    .flat()
    .filter((each) => each !== null && each !== undefined)
    .map((each) => asChoice(each));
  const value = (chosen) => ({ [key]: multiple ? chosen.map((each) => each.data) : (chosen[0]?.data ?? null) });
  const widget = combobox({
    attributes: place.attributes(element, plainText(element.placeholder) || "Choose"),
    placeholder: plainText(element.placeholder) || (multiple ? "Choose options" : "Choose an option"),
    multiple,
    max: element.max_selected_items,
    clearable: place.inInput && place.optional,
    autofocus: Boolean(element.focus_on_load),
    minQuery: kind === "external" ? (element.min_query_length ?? 3) : 0,
    remote: kind === "external",
    chosen: start,
    offer: (query) => choices(element, place, query),
    onChange: (chosen, undo) => place.changed(element, value(chosen), widget.input, { undo }),
  });
  place.note(element, value(start));
  return widget.node;
}

const optionsOf = (groups) =>
  groups.map((group) => ({ label: plainText(group.label), choices: (group.options ?? []).map(asChoice) }));

const KINDS = {
  static: {
    choices: async (element) => optionsOf(element.option_groups ?? [{ options: element.options }]),
    one: "selected_option",
    many: "selected_options",
    initial: (element, multiple) => (multiple ? element.initial_options : element.initial_option),
  },
  external: {
    choices: async (element, place, query) =>
      optionsOf(await place.surface.options(place.blockId, element.action_id, query)),
    one: "selected_option",
    many: "selected_options",
    initial: (element, multiple) => (multiple ? element.initial_options : element.initial_option),
  },
  users: {
    choices: async () => [{ choices: people() }],
    one: "selected_user",
    many: "selected_users",
    initial: (element, multiple) => (multiple ? element.initial_users : element.initial_user),
  },
  channels: {
    choices: async () => [
      { choices: channels((channel) => channel.kind === "channel" && !channel.is_private && !channel.archived) },
    ],
    one: "selected_channel",
    many: "selected_channels",
    initial: (element, multiple) => (multiple ? element.initial_channels : element.initial_channel),
  },
  conversations: {
    choices: async (element) => [{ choices: channels((channel) => isWanted(channel, element.filter)) }],
    one: "selected_conversation",
    many: "selected_conversations",
    initial: (element, multiple) => {
      const here = element.default_to_current_conversation ? workspace.channel : null;
      return multiple
        ? (element.initial_conversations ?? (here ? [here] : []))
        : (element.initial_conversation ?? here);
    },
  },
};

/** `data` is what Slack would name as chosen: the option itself, or the id of a person or channel. */
function asChoice(given) {
  if (typeof given !== "string")
    return { key: given.value, text: plainText(given.text), note: plainText(given.description), data: given };
  const channel = channelById(given);
  return { key: given, text: channel ? channelTitle(channel) : personName(given, given), note: "", data: given };
}

function people() {
  return [...workspace.people.values()]
    .filter((person) => !person.deleted)
    .map((person) => ({
      key: person.id,
      text: person.real_name || person.name,
      note: person.title ?? "",
      also: person.name,
      data: person.id,
    }));
}

function channels(accepts) {
  return workspace.channels
    .filter(accepts)
    .map((channel) => ({ key: channel.id, text: channelTitle(channel), note: "", data: channel.id }));
}

function isWanted(channel, filter = {}) {
  if (channel.archived || (channel.kind === "app" && filter.exclude_bot_users)) return false;
  if (!filter.include) return true;
  const kind = channel.kind === "channel" ? (channel.is_private ? "private" : "public") : "im";
  return filter.include.includes(kind);
}

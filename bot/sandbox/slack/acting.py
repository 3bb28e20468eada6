"""What people do with blocks and dialogs: pressing, choosing, filling, submitting, closing."""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import conversation, dialogs, payloads, values
from bot.sandbox.slack.delivery import Answer
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Message, Person, Team, View
from bot.sandbox.slack.people import People, begin
from bot.sandbox.slack.rules.checks import many
from bot.sandbox.slack.rules.finding import Found, Rule
from bot.sandbox.slack.rules.nesting import within
from bot.sandbox.slack.rules.shapes import check_part
from bot.sandbox.slack.rules.views import elements_of

TROUBLE = "We had some trouble connecting. Try again?"
REQUIRED = "Please complete this required field."
SHORTEST_QUERY = 3
"""How many characters an external select waits for when it says nothing itself."""
_OPTIONS = Rule("options", "Options are a list of up to 100 options or groups, as Block Kit's reference says.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: in a message of a channel, or in a view."""

    team: Team
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks shown there."""
        return self.message.blocks if self.message else self.view.body["blocks"] if self.view else []


def find(place: Place, block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and element with these ids. Raises Refused (`not_found`)."""
    for _, block in within(place.blocks):
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise Refused("not_found")


class Acting:
    """Interactions with blocks and dialogs, up to the bot's acknowledgement."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._world = people.world

    async def act(self, place: Place, person: Person, block_id: str, action_id: str, value: Json) -> str:
        """Presses a button, or chooses in a menu that tells the bot at once. Gives Slack's error, or an empty text."""
        self._at(place, person)
        block, element = find(place, block_id, action_id)
        self._remember(place, person, block, element, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return ""
        payload = payloads.base(self._world, place.team, person, "block_actions")
        payload |= self._where(place, person)
        payload["trigger_id"] = self._world.trigger(
            place.team, person.id, place.channel.id if place.channel else "", place.view.id if place.view else ""
        )
        payload["actions"] = [self._action(block, element, value)]
        if place.channel and place.message:
            payload["response_url"] = self._world.response_url(place.team, person.id, place.channel, place.message.ts)
        answer = await self._people.interaction(place.team, "block_actions", action_id, payload)
        self._complain(place, person, answer)
        return answer.error

    async def options(self, place: Place, person: Person, block_id: str, action_id: str, query: str) -> Json:
        """Asks the bot for the options of an external select: `{options}` or `{option_groups}`."""
        self._at(place, person)
        _, element = find(place, block_id, action_id)
        least = element.get("min_query_length")
        if len(query) < (SHORTEST_QUERY if least is None else least):
            return {"options": []}
        payload = payloads.base(self._world, place.team, person, "block_suggestion")
        payload |= self._where(place, person)
        payload |= {"action_id": action_id, "block_id": block_id, "value": query}
        payload.pop("state", None)
        manifest = self._world.manifest
        if not (manifest.options_url or self._world.socket_mode):
            raise Refused("options_load_url_missing")
        answer = await self._people.interaction(
            place.team, "block_suggestion", action_id, payload, manifest.options_url
        )
        return {"options": []} if answer.error else self._options(answer)

    async def submit(self, view: View, team: Team, person: Person, given: Json) -> dict[str, str]:
        """Submits a dialog. Gives errors by block_id (an empty key is a trouble of the whole); none closed it."""
        begin(person)
        values.take(view.values, given)
        view.errors = _incomplete(view)
        if not view.errors:
            payload = payloads.base(self._world, team, person, "view_submission")
            payload |= payloads.in_view(self._world, team, view)
            payload.pop("container")
            payload["trigger_id"] = self._world.trigger(team, person.id, view.opened_in, view.id)
            payload["response_urls"] = self._response_urls(view, team, person)
            name = view.body.get("callback_id") or view.id
            answer = await self._people.interaction(team, "view_submission", name, payload)
            view.errors = self._submitted(view, team, answer)
        dialogs.told(self._world, team, view)
        return view.errors

    async def close(self, view: View, team: Team, person: Person, *, everything: bool = False) -> None:
        """Closes a dialog by its Close button or, `everything`, by the cross."""
        begin(person)
        everything = everything or bool(view.body.get("clear_on_close"))
        gone = dialogs.close(self._world, team, person.id, everything=everything)
        for each in gone:
            if each.body.get("notify_on_close"):
                payload = payloads.base(self._world, team, person, "view_closed")
                payload |= payloads.in_view(self._world, team, each)
                payload.pop("container")
                payload["is_cleared"] = everything
                await self._people.interaction(team, "view_closed", each.body.get("callback_id") or each.id, payload)

    def _at(self, place: Place, person: Person) -> None:
        begin(person)
        if place.channel:
            conversation.look_into(person, place.channel)

    def _where(self, place: Place, person: Person) -> Json:
        if place.view:
            return payloads.in_view(self._world, place.team, place.view)
        if place.channel is None or place.message is None:
            raise Refused("not_found")
        return payloads.in_message(self._world, place.team, place.channel, place.message, person.id)

    def _remember(self, place: Place, person: Person, block: Json, element: Json, value: Json) -> None:
        if element["type"] not in values.STATEFUL:
            return
        if place.view:
            state = place.view.values
        elif place.message:
            state = place.message.states.setdefault(person.id, values.initial(place.message.blocks))
        values.take(state, {block["block_id"]: {element["action_id"]: value}})

    def _action(self, block: Json, element: Json, value: Json) -> Json:
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._world.ts(),
        }
        if element["type"] in ("button", "icon_button"):
            action |= {name: element[name] for name in ("text", "value", "style", "url", "icon") if element.get(name)}
        elif element["type"] == "feedback_buttons":
            thumbs = (element["positive_button"], element["negative_button"])
            pressed = next((each for each in thumbs if each.get("value") == value.get("value")), thumbs[0])
            action |= {name: pressed[name] for name in ("text", "value") if pressed.get(name)}
        elif element["type"] == "overflow":
            action["selected_option"] = value.get("selected_option")
        else:
            name = values.STATEFUL[element["type"]][0] if element["type"] in values.STATEFUL else "value"
            action[name] = value.get(name)
            if element.get("placeholder"):
                action["placeholder"] = element["placeholder"]
        if element.get("confirm"):
            action["confirm"] = element["confirm"]
        return action

    def _complain(self, place: Place, person: Person, answer: Answer) -> None:
        if answer.error and place.channel:
            words = f'This app did not answer: it failed with the error "{answer.error}"'
            conversation.slackbot(self._world, place.team, place.channel, person.id, words)
        elif answer.error and place.view:
            place.view.errors = {"": TROUBLE}
            dialogs.told(self._world, place.team, place.view)
        elif answer.body.strip():
            self._world.log.problem(
                answer.exchange, "The acknowledgement of a click carries no message; Slack ignores its body."
            )

    def _options(self, answer: Answer) -> Json:
        data = answer.data if isinstance(answer.data, dict) else {}
        found = Found("modal", _OPTIONS)
        name = "option_groups" if "option_groups" in data else "options"
        kind = "option group" if name == "option_groups" else "option"
        many(lambda v, at, f: check_part(v, at, f, kind), kind, 0, 100).run(data.get(name), f"/{name}", found)
        for finding in found.findings:
            self._world.log.problem(answer.exchange, finding.sentence)
        return {"options": []} if found.findings else {name: data[name]}

    def _response_urls(self, view: View, team: Team, person: Person) -> list[Json]:
        urls = []
        for block in view.body["blocks"]:
            for element in elements_of(block):
                if element.get("response_url_enabled"):
                    chosen = view.values[block["block_id"]][element["action_id"]]
                    channel = team.channels.get(
                        chosen.get("selected_conversation") or chosen.get("selected_channel") or ""
                    )
                    if channel:
                        url = self._world.response_url(team, person.id, channel)
                        where = {"block_id": block["block_id"], "action_id": element["action_id"]}
                        urls.append({**where, "channel_id": channel.id, "response_url": url})
        return urls

    def _submitted(self, view: View, team: Team, answer: Answer) -> dict[str, str]:
        if answer.error:
            return {"": TROUBLE}
        if not answer.body.strip() or answer.data == {}:
            if view in team.stacks.get(view.user_id, []):
                dialogs.close(self._world, team, view.user_id, everything=False)
            return {}
        advice: list[str] = []
        try:
            return self._response_action(view, team, answer.data, advice)
        except Refused as refused:
            for problem in refused.problems() or [f"The acknowledgement was refused: {refused.error}."]:
                self._world.log.problem(answer.exchange, problem)
            return {"": TROUBLE}
        finally:
            for sentence in advice:
                self._world.log.problem(answer.exchange, sentence)

    def _response_action(self, view: View, team: Team, data: Any, advice: list[str]) -> dict[str, str]:
        action = data.get("response_action") if isinstance(data, dict) else None
        if action == "clear":
            dialogs.close(self._world, team, view.user_id, everything=True)
        elif action == "update":
            dialogs.update(self._world, team, view, dialogs.checked(data.get("view"), "modal", advice))
        elif action == "push":
            dialogs.push(self._world, team, view.user_id, dialogs.checked(data.get("view"), "modal", advice))
        elif action == "errors":
            return _errors(view, data.get("errors"))
        else:
            raise Refused("invalid_arguments", "the acknowledgement of a submit is empty or has a response_action")
        return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not all(isinstance(e, str) and e for e in errors.values()):
        raise Refused("invalid_arguments", "errors is a mapping of block_ids to sentences")
    if unknown := errors.keys() - inputs:
        raise Refused("invalid_arguments", f"errors name inputs; {sorted(unknown)[0]} is no input's block_id")
    return dict(errors)


def _incomplete(view: View) -> dict[str, str]:
    """What Slack's own window finds missing before it sends anything."""
    errors = {}
    for block in view.body["blocks"]:
        if block["type"] == "input":
            value = view.values[block["block_id"]][block["element"]["action_id"]]
            if error := _complaint(block, block["element"], value):
                errors[block["block_id"]] = error
    return errors


def _complaint(block: Json, element: Json, value: Json) -> str:
    if values.is_empty(value):
        return "" if block.get("optional") else REQUIRED
    text = value.get("value")
    if not isinstance(text, str):
        return ""
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if element["type"] == "plain_text_input" and not least <= len(text) <= most:
        return f"Please enter {least} to {most} characters."
    if element["type"] == "number_input" and not re.fullmatch(
        r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+", text
    ):
        return "Please enter a valid number."
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.match(r"https?://\S+\.?\S+", text):
        return "Please enter a valid URL."
    return ""

"""Sends what a forger would send, to see whether a bot verifies signatures.

docs.slack.dev/authentication/verifying-requests-from-slack: requests that are signed wrongly, or more than five minutes
ago, are refused.
"""

import secrets
import time

from bot.sandbox.slack.delivery import USER_AGENT, Delivery, Post, signed
from bot.sandbox.slack.people import People

OLD_SECONDS = 360.0
"""The age of the old signature: a minute more than the five that Slack allows, in case two clocks differ."""
UNSIGNED, WRONG, OLD = "no signature", "wrong signature", "old signature"
REFUSALS = (400, 401, 403)
"""What refuses a request. A wrong path, a redirect or a bot that breaks says nothing of signatures."""

_RULES = {
    UNSIGNED: "A request without a signature is refused",
    WRONG: "A request whose signature was not made with the signing secret is refused",
    OLD: "A request signed more than five minutes ago is refused: somebody may have recorded it",
}


async def check_signature(people: People, post: Post) -> bool:
    """Sends one request unsigned, wrongly signed and signed too long ago; says whether the bot refused all three.

    It is a command of the manifest without a text, or for an app without commands the challenge of `url_verification`:
    a bot that verifies nothing does what it does for these.
    """
    world = people.world
    delivery = _for(people)
    body, content_type = delivery.body()
    now = world.signing_time()
    forged = {
        UNSIGNED: {},
        WRONG: signed(secrets.token_hex(16), body, now),
        OLD: signed(world.signing_secret, body, now - OLD_SECONDS),
    }
    refused = [
        await _refused(people, post, delivery, name, body, {**signature, "Content-Type": content_type})
        for name, signature in forged.items()
    ]
    return all(refused)


async def _refused(
    people: People, post: Post, delivery: Delivery, name: str, body: bytes, headers: dict[str, str]
) -> bool:
    world = people.world
    exchange = world.log.open(world.now(), "to_app", "forged", name, delivery.team_id, delivery.payload)
    began = time.perf_counter()
    url = world.request_url or delivery.url
    answer = await post.post(url, body, {**headers, "User-Agent": USER_AGENT}, exchange)
    exchange.ms = (time.perf_counter() - began) * 1000
    exchange.status, exchange.response = answer.status, answer.body.decode("utf-8", "replace")
    if answer.status == 0:
        world.log.problem(exchange, f"{_RULES[name]}; this one was not answered at all.")
    elif answer.status not in REFUSALS:
        world.log.problem(exchange, f"{_RULES[name]}; this one was answered with {answer.status}.")
    world.feed.tell(delivery.team_id, "exchange", lambda user: {"n": exchange.n})
    return answer.status in REFUSALS


def _for(people: People) -> Delivery:
    world = people.world
    command = next(iter(world.commands.values()), None)
    for team in world.teams.values() if command else ():
        for channel in team.channels.values():
            person = next((each for each in team.people.values() if each.id in channel.members - {team.bot.id}), None)
            if person and command:
                form = people.command_form(team, person, channel, command, "")
                return Delivery("command", command.command, team.id, form, "slash_commands", command.url)
    challenge = {"token": world.verification_token, "challenge": secrets.token_hex(8), "type": "url_verification"}
    return Delivery("event", "url_verification", "", challenge, "events_api", world.manifest.events_url)

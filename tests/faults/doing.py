"""What people, the provider and Slack do in the scenarios."""

from collections.abc import Callable

from bot.sandbox.slack.person import LocalPerson
from tests.faults.stage import Stage

SLOW = 1.8
"""Seconds of a slow provider: longer than the 1.5 s that an answer may take to go out in the acknowledgement."""

SHOWN_AFTER = 300
"""Seconds after which the list shows what was bought: longer than the bot waits for it."""

IN_FLIGHT = 0.7
"""Seconds for which a change has no answer yet: less than the bot's patience here."""


async def types(stage: Stage) -> None:
    """Olga types the command."""
    await stage.olga.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def types_elsewhere(stage: Stage) -> None:
    """Olga types it where the bot isn't."""
    await stage.olga.says(f"/vps {stage.verb} web-1", in_=stage.general)


async def types_a_pattern_and_agrees(stage: Stage) -> None:
    """Olga types a pattern, and says yes to the list, if she gets one."""
    await stage.olga.says(f"/vps {stage.verb} web-*", in_=stage.ops)
    button = f"{stage.verb.capitalize()} 2 servers"
    if button in stage.olga.buttons:
        await stage.olga.clicks(button)


async def types_an_unknown_name(stage: Stage) -> None:
    """Olga types the name of no server."""
    await stage.olga.says(f"/vps {stage.verb} gateway", in_=stage.ops)


async def noor_types(stage: Stage) -> None:
    """Somebody without a role types it."""
    await stage.noor.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def types_as_one_of_a_group(stage: Stage) -> None:
    """Nina types it, who holds her role through a group."""
    stage.team.add_group("night-shift", [stage.nina])
    await stage.ada.says("/vps access grant @night-shift operator", in_=stage.ada.direct)
    await stage.nina.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def olga_leaves(stage: Stage) -> None:
    """Olga's account is deactivated."""
    await stage.team.deactivate(stage.olga, quietly=True)


async def six_minutes_pass(stage: Stage) -> None:
    """Longer than the provider is tried."""
    stage.clock.move(minutes=6)


async def eleven_minutes_pass(stage: Stage) -> None:
    """Nobody is there for a while."""
    stage.clock.move(minutes=11)


async def an_hour_passes(stage: Stage) -> None:
    """The machine is off for an hour."""
    stage.clock.move(hours=1)


def one_server(stage: Stage) -> None:
    """A server, and no trouble."""
    stage.has_server()


def two_servers(stage: Stage) -> None:
    """Two servers that a pattern fits."""
    stage.has_server("web-1")
    stage.has_server("web-2")


def fault(kind: str, *, on: str = "", times: int = 1, **options: object) -> Callable[[Stage], None]:
    """A provider that fails the change itself, or another call (`on`), so many times."""

    def prepare(stage: Stage) -> None:
        stage.has_server()
        stage.vps.arm({"kind": kind, "match": {"action": on or stage.action}, "times": times, **options})

    return prepare


def slow_and_no_answering(stage: Stage) -> None:
    """A slow provider, and a Slack that doesn't take the answer."""
    fault("slow", on="list", seconds=SLOW)(stage)
    stage.slack.fail("response_url", error="closed")


async def asks_to_delete(stage: Stage) -> None:
    """Olga asks for the deletion, unless she did: she types, fills the dialog and submits it."""
    olga = stage.olga
    if _asked(stage):
        return
    while olga.has_dialog():  # of a bot that died
        await olga.closes_dialog()
    await olga.says("/vps delete web-1", in_=stage.ops)
    if await seen(stage, olga, CONFIRM, unless="asked to delete it "):
        await olga.fills(CONFIRM, "web-1")
        await olga.fills("Reason", "It was a test machine.")
        await olga.submits()


async def deletes(stage: Stage) -> None:
    """Olga asks, and Amir agrees when he sees it."""
    await asks_to_delete(stage)
    await _presses(stage, stage.amir, "Approve")


async def deletes_after_a_look(stage: Stage) -> None:
    """Amir says first that he looks at it."""
    await asks_to_delete(stage)
    await _presses(stage, stage.amir, "I'm looking at it")
    await _presses(stage, stage.amir, "Approve")


async def deletes_and_withdraws(stage: Stage) -> None:
    """Olga asks, and takes it back."""
    await asks_to_delete(stage)
    await _presses(stage, stage.olga, "Cancel")


async def deletes_and_waits(stage: Stage) -> None:
    """Olga asks, Amir agrees; the time to undo it passes once the server is stopped."""
    await deletes(stage)
    if await seen(stage, stage.olga, "It is stopped already."):
        stage.clock.move(minutes=6)


async def creates(stage: Stage) -> None:
    """Olga fills the dialog and submits it, unless she did."""
    olga = stage.olga
    if _asked(stage):
        return
    while olga.has_dialog():  # of a bot that died
        await olga.closes_dialog()
    await olga.says("/vps create app-1", in_=stage.ops)
    if not await seen(stage, olga, "Operating system"):
        return
    for label, option in (("Operating system", "Ubuntu 22.04 LTS"), ("Location", "us-west"), ("Plan", _plan(stage))):
        await olga.chooses(label, option)
    if await seen(stage, olga, "Total: 2"):
        await olga.submits()


async def creates_and_agrees(stage: Stage) -> None:
    """The same, and Amir agrees when he sees it."""
    await creates(stage)
    await _presses(stage, stage.amir, "Approve")


async def creates_and_adopts(stage: Stage) -> None:
    """The same; nobody knows what came of it, until the list shows it, minutes later: Olga says that this is it."""
    await creates(stage)
    if not await seen(stage, stage.olga, ADOPT):
        return
    stage.clock.move(seconds=SHOWN_AFTER)
    asking = [each for each in stage.olga.messages(stage.ops) if f"[{ADOPT}]" in stage.olga.reads(each)]
    if asking:
        await stage.olga.clicks(ADOPT, on=asking[-1])


def lost_and_very_late(stage: Stage) -> None:
    """The answer to the creation gets lost, and the list doesn't show it as long as the bot waits for it."""
    fault("lost_reply")(stage)
    stage.vps.arm({"kind": "late_list", "match": {"action": "create"}, "times": 1, "seconds": SHOWN_AFTER})


async def renames(stage: Stage) -> None:
    """Olga types another name for a server."""
    await stage.olga.says("/vps rename web-1 web-9", in_=stage.ops)


async def edits(stage: Stage) -> None:
    """Olga changes the hostname in the dialog, unless she did."""
    olga = stage.olga
    if _asked(stage):
        return
    while olga.has_dialog():  # of a bot that died
        await olga.closes_dialog()
    await olga.says("/vps edit web-1", in_=stage.ops)
    if await seen(stage, olga, "Hostname"):
        await olga.fills("Hostname", "shop.example.com")
        await olga.submits()


async def the_plan_gets_dearer(stage: Stage) -> None:
    """Its price is another one from now on."""
    plan = {"id": 1, "name": "Standard VPS", "price_monthly": 25.0, "locations": ["us-west"]}
    body = {"count": 1, "results": [plan]}
    stage.vps.arm({"kind": "status", "status": 200, "body": body, "match": {"action": "plans"}})


async def the_list_is_away_for_a_moment(stage: Stage) -> None:
    """One look at the servers fails, however often it is tried."""
    stage.vps.arm({"kind": "status", "status": 503, "match": {"action": "list"}, "times": 3})


async def somebody_takes_the_name(stage: Stage) -> None:
    """A server of that name is created elsewhere."""
    stage.vps.add_server("app-1")


def lost_and_late(stage: Stage) -> None:
    """The answer to the creation gets lost, and the list shows it late."""
    fault("lost_reply")(stage)
    stage.vps.arm({"kind": "late_list", "match": {"action": "create"}, "times": 1, "seconds": 1.5})


def consent_to_create(stage: Stage) -> None:
    """Creations take somebody's consent."""
    stage.has_server()
    stage.decided(also=["create"])


async def a_day_passes(stage: Stage) -> None:
    """Nobody decides anything."""
    stage.clock.move(hours=25)


def undo_window(stage: Stage) -> None:
    """Five minutes to undo a deletion, and the server is stopped first."""
    stage.has_server()
    stage.decided(undo_window=5, stop_first=True)


def undo_window_and_a_slow_stop(stage: Stage) -> None:
    """The same with a provider that takes its time to say that it stops it."""
    fault("slow", on="stop", seconds=IN_FLIGHT)(stage)
    stage.decided(undo_window=5, stop_first=True)


def undo_window_for_a_stopped_one(stage: Stage) -> None:
    """The same with a server that is stopped already."""
    stage.vps.add_server("web-1", status="stopped")
    stage.decided(undo_window=5, stop_first=True)


def _plan(stage: Stage) -> str:
    """As it is offered now: it may have got dearer before she came to ask."""
    dearer = any(fault.match.action == "plans" for fault in stage.vps.faults())
    return DEARER if dearer else PLAN


DEARER = "Standard VPS · 25.00 a month"
PLAN = "Standard VPS · 2 vCPU, 4 GB, 80 GB disk, 20.00 a month"

ADOPT = "It was created: adopt it"

CONFIRM = "Type the server's name to confirm"


async def seen(stage: Stage, person: LocalPerson, words: str, *, unless: str = "") -> bool:
    """Waits for words on somebody's screen as long as the bot lives, for a while, or until others tell why not."""
    for _ in range(40):
        if await person.will_see(words, within=0.25):
            return True
        if not stage.bot_alive or (unless and person.sees(unless)):
            return False
    return False


def _asked(stage: Stage) -> bool:
    """Whether a card stands that says what became of Olga's wish."""
    return any(message.metadata for message in stage.olga.messages(stage.ops))


async def _presses(stage: Stage, person: LocalPerson, label: str) -> None:
    """Presses a button of the card as soon as it is there, if there is still something to decide."""
    if not await seen(stage, person, " asks to "):
        return
    card = next(message for message in person.messages(stage.ops) if message.metadata)
    if f"[{label}]" in person.reads(card):
        await person.clicks(label, on=card)

"""The dialog of a creation as it is filled: from what Slack sends, or from an earlier wish; and what it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.notes import LONGEST
from bot.domain.wanted import Wanted, is_hostname, is_name
from bot.slack.ids import BlockId
from bot.workspaces.catalogue import Offered

OTHER = "other"
"""What a menu holds when another value is typed."""

ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the inputs. A menu holds an id or OTHER; then `other_*` is what was typed."""

    name: str = ""
    plan: str = ""
    other_plan: str = ""
    system: str = ""
    other_system: str = ""
    location: str = ""
    other_location: str = ""
    hostname: str = ""
    ssh_key: str = ""
    backups: str = OFF
    lives: str = "0"
    purpose: str = ""
    owner: str = ""


def filled_in(values: Mapping[str, str]) -> Filled:
    """What a person filled in."""
    return Filled(
        name=values.get(BlockId.NAME, "").strip(),
        plan=values.get(BlockId.PLAN, ""),
        other_plan=values.get(BlockId.OTHER_PLAN, "").strip(),
        system=values.get(BlockId.SYSTEM, ""),
        other_system=values.get(BlockId.OTHER_SYSTEM, "").strip(),
        location=values.get(BlockId.LOCATION, ""),
        other_location=values.get(BlockId.OTHER_LOCATION, "").strip(),
        hostname=values.get(BlockId.HOSTNAME, "").strip(),
        ssh_key=values.get(BlockId.SSH_KEY, "").strip(),
        backups=values.get(BlockId.BACKUPS, OFF),
        lives=values.get(BlockId.LIVES, "0"),
        purpose=values.get(BlockId.PURPOSE, "").strip(),
        owner=values.get(BlockId.OWNER, ""),
    )


def as_before(wanted: Wanted, offered: Offered) -> Filled:
    """An earlier wish, to be changed."""
    plan, other_plan = _chosen(wanted.plan, [each.id for each in offered.plans])
    system, other_system = _chosen(wanted.system, [each.id for each in offered.systems])
    location, other_location = _chosen(wanted.location, [each.id for each in offered.places])
    return Filled(
        *(wanted.name, plan, other_plan, system, other_system, location, other_location),
        hostname=wanted.hostname,
        ssh_key=wanted.ssh_key,
        backups=ON if wanted.backups else OFF,
        lives=str(wanted.lifetime),
        purpose=wanted.purpose,
        owner=wanted.owner,
    )


def wish(filled: Filled, offered: Offered) -> Wanted | dict[str, str]:
    """What is asked for, or what is wrong with it, by input."""
    plan = _value(filled.plan, filled.other_plan)
    system = _value(filled.system, filled.other_system)
    location = _value(filled.location, filled.other_location)
    errors: dict[str, str] = {}
    if not is_name(filled.name):
        errors[BlockId.NAME] = "Letters, digits and hyphens only, like app-1."
    for value, chosen, menu, typed in (
        (plan, filled.plan, BlockId.PLAN, BlockId.OTHER_PLAN),
        (system, filled.system, BlockId.SYSTEM, BlockId.OTHER_SYSTEM),
        (location, filled.location, BlockId.LOCATION, BlockId.OTHER_LOCATION),
    ):
        if not value or len(value) > 100:
            errors[typed if chosen in (OTHER, "") else menu] = "Choose one, or type its id as VPS.org writes it."
    if filled.hostname and not is_hostname(filled.hostname):
        errors[BlockId.HOSTNAME] = NOT_A_HOSTNAME
    if len(filled.ssh_key) > 100:
        errors[BlockId.SSH_KEY] = "The id of a key of your VPS.org account, like 12."
    if len(filled.purpose) > LONGEST:
        errors[BlockId.PURPOSE] = f"At most {LONGEST} characters, please."
    if filled.lives not in LIFETIMES:
        errors[BlockId.LIVES] = "Choose one of the lifetimes."
    if errors:
        return errors
    return Wanted(
        name=filled.name,
        hostname=filled.hostname,
        backups=filled.backups == ON,
        plan=plan,
        plan_name=_named(plan, [(each.id, each.name) for each in offered.plans]),
        system=system,
        system_name=_named(system, [(each.id, each.name) for each in offered.systems]),
        location=location,
        location_name=_named(location, [(each.id, each.name) for each in offered.places]),
        ssh_key=filled.ssh_key,
        lifetime=int(filled.lives),
        purpose=filled.purpose,
        owner=filled.owner,
    )


LIFETIMES = {
    "0": "No end",
    "1": "Ask me to delete it after 1 day",
    "7": "Ask me to delete it after 7 days",
    "30": "Ask me to delete it after 30 days",
    "90": "Ask me to delete it after 90 days",
}
"""Days, and how they are offered."""

NOT_A_HOSTNAME = "A full domain name, like app-1.example.com."


def _value(chosen: str, typed: str) -> str:
    return typed if chosen in (OTHER, "") else chosen


def _chosen(value: str, known: Sequence[str]) -> tuple[str, str]:
    return (value, "") if value in known else (OTHER, value)


def _named(value: str, known: Sequence[tuple[str, str]]) -> str:
    return dict(known).get(value, "")

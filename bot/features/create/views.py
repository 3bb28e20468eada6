"""The dialog of a creation, its total as it is filled, and the answers to who submits it."""

from collections.abc import Sequence

from bot.domain.notes import LONGEST
from bot.domain.operations import Request
from bot.domain.roles import Because
from bot.domain.servers import Plan
from bot.features.approvals.views import asked_them
from bot.features.create.filled import LIFETIMES, OFF, ON, OTHER, Filled
from bot.features.dialogs import reason_input
from bot.features.notes.views import CAN_NOT_OWN
from bot.features.remarks import NO_REMARKS, Remarks, with_remarks
from bot.features.words import bold
from bot.operations.preparing import Prepared
from bot.sentences import listed, said
from bot.slack.blocks import (
    Block,
    Message,
    choice_input,
    code,
    context,
    cut,
    escape,
    modal,
    person_input,
    section,
    text_input,
)
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.workspaces.catalogue import Offered

MOST_OPTIONS = 99
"""Slack's limit for a menu, less the one for another value."""

LONGEST_VALUE = 75


def loading() -> Block:
    """Opened at once, because a trigger lives for three seconds."""
    return modal(ViewId.CREATE_LOADING, "Create a server", [section("Reading plans and systems from VPS.org…")])


def dialog(offered: Offered, filled: Filled, *, meta: str, glass: bool = False, remarks: Remarks = NO_REMARKS) -> Block:
    """All inputs as they are filled. `remarks`: the provider's on an earlier try; `meta`: its offer's id; `glass`: it
    will be done without consent.
    """
    plans = [(plan.id, _plan(plan)) for plan in offered.plans if plan.available]
    systems = [(system.id, system.name or system.id) for system in offered.systems]
    places = [(place.id, _place(place.id, place.name)) for place in offered.places]
    blocks = [
        text_input(BlockId.NAME, "Name", hint="Letters, digits and hyphens.", initial=filled.name, max_length=255)
    ]
    blocks += _menu(BlockId.PLAN, "Plan", plans, filled.plan, ActionId.CREATE_PLAN, filled.other_plan)
    blocks += _menu(
        BlockId.SYSTEM, "Operating system", systems, filled.system, ActionId.CREATE_SYSTEM, filled.other_system
    )
    blocks += _menu(
        BlockId.LOCATION, "Location", places, filled.location, ActionId.CREATE_LOCATION, filled.other_location
    )
    keys = listed([f"{cut(key.id, 40)} ({cut(key.name, 40)})" for key in offered.keys[:8]])
    blocks += [
        text_input(
            *(BlockId.HOSTNAME, "Hostname"),
            hint="A full domain name, like app-1.example.com.",
            initial=filled.hostname,
            max_length=253,
            optional=True,
        ),
        text_input(
            *(BlockId.SSH_KEY, "SSH key id"),
            hint=f"Your account has: {keys}." if keys else "From your VPS.org account.",
            initial=filled.ssh_key,
            max_length=100,
            optional=True,
        ),
        choice_input(
            *(BlockId.BACKUPS, "Backups", [(OFF, "Off"), (ON, "On")]),
            initial=filled.backups,
            tells=ActionId.CREATE_BACKUPS,
        ),
        choice_input(BlockId.LIVES, "Lifetime", list(LIFETIMES.items()), initial=filled.lives),
        text_input(
            BlockId.PURPOSE,
            "What is it for?",
            hint="Others see it beside the server.",
            initial=filled.purpose,
            max_length=LONGEST,
            optional=True,
        ),
        person_input(
            *(BlockId.OWNER, "Whose is it?"),
            hint="Who is asked when its lifetime ends; you, when nobody is chosen.",
            initial=filled.owner,
            optional=True,
        ),
        *([reason_input()] if glass else []),
        context(total(offered, filled)),
    ]
    return modal(
        ViewId.CREATE, "Create a server", with_remarks(blocks, remarks), submit="Create", close="Cancel", meta=meta
    )


def total(offered: Offered, filled: Filled) -> str:
    """What the chosen plan costs, as far as it is known."""
    if not offered.plans:
        return "Total: not known, because VPS.org shows me no plans."
    plan = next((each for each in offered.plans if each.id == filled.plan), None)
    if plan is None or plan.price_monthly is None:
        return "Total: choose a plan to see it." if plan is None else "Total: VPS.org tells no price for this plan."
    extra = " VPS.org may charge backups on top." if filled.backups == ON else ""
    return f"Total: *{plan.price_monthly:,.2f} a month* ({escape(cut(plan.name, 100))}).{extra}"


def filed(request: Request, prepared: Prepared, *, alone: bool) -> Block:
    """It is on its way, or others are asked. `alone`: it could be done without them."""
    if request.needed:
        return modal(ViewId.CREATE_RESULT, "Asked", asked_them(request, prepared, alone=alone).blocks)
    operation = request.operations[0]
    return modal(
        ViewId.CREATE_RESULT,
        "Creating",
        [section(f"Creating {bold(operation.server_name)}. I'll mention you when it is ready, with its address.")],
    )


def can_not_own(because: Because) -> str:
    """At the input."""
    return f"They can't own a server: {CAN_NOT_OWN[because]}. Choose somebody else."


def how_to(words: Sequence[str]) -> Message:
    """The command's form."""
    given = f" {code(cut(' '.join(words), 60))} is too much." if words else ""
    return said(f"Type `/vps create` or `/vps create app-1`; the dialog asks for the rest.{given} Nothing was done.")


def not_there() -> Message:
    """The button's creation is not of this workspace."""
    return said("There is no such creation here. Type `/vps create` to begin anew. Nothing was done.")


def out_of_date() -> Message:
    """The dialog is too old, was used, or isn't this person's."""
    return said("This dialog is too old, was used, or isn't yours. Type `/vps create` again. Nothing was done.")


def again(request: Request, prepared: Prepared, *, alone: bool) -> Message:
    """The private answer to *Try again*. `alone`: it could be done without anybody's consent."""
    if request.needed:
        return asked_them(request, prepared, alone=alone)
    return said(f"Creating {bold(request.operations[0].server_name)}. I'll mention you when it is ready.")


def _menu(
    block: BlockId, label: str, known: Sequence[tuple[str, str]], chosen: str, tells: ActionId, typed: str
) -> list[Block]:
    """A menu of what is known, with a way to type another value; only the latter where nothing is known."""
    other = {
        BlockId.PLAN: BlockId.OTHER_PLAN,
        BlockId.SYSTEM: BlockId.OTHER_SYSTEM,
        BlockId.LOCATION: BlockId.OTHER_LOCATION,
    }[block]
    options = [(value, text) for value, text in known if 0 < len(value) <= LONGEST_VALUE][:MOST_OPTIONS]
    if not options:
        return [text_input(other, label, hint="Its id as VPS.org writes it.", initial=typed, max_length=100)]
    menu = choice_input(block, label, [*options, (OTHER, "Another…")], initial=chosen, tells=tells)
    if chosen != OTHER:
        return [menu]
    hint = "Its id as VPS.org writes it."
    return [menu, text_input(other, f"{label}: another one", hint=hint, initial=typed, max_length=100)]


def _plan(plan: Plan) -> str:
    """A plan with size and price, short enough for a menu."""
    sizes = [
        f"{plan.vcpus} vCPU" if plan.vcpus else "",
        f"{plan.memory_mb / 1024:g} GB" if plan.memory_mb else "",
        f"{plan.storage_gb} GB disk" if plan.storage_gb else "",
        f"{plan.price_monthly:,.2f} a month" if plan.price_monthly is not None else "",
    ]
    told = ", ".join(size for size in sizes if size)
    return f"{cut(plan.name, 30)} · {told}" if told else plan.name or plan.id


def _place(place: str, name: str) -> str:
    return f"{name} ({place})" if name and name != place else place or name

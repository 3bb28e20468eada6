"""The dialog with a server's present values, and what is said when a name or an edit can't be."""

from collections.abc import Mapping, Sequence

from bot.domain.approvals import Difference
from bot.domain.operations import Request
from bot.domain.servers import Server
from bot.domain.wanted import Wanted
from bot.features.approvals.views import asked_them
from bot.features.create.filled import OFF, ON
from bot.features.dialogs import reason_input
from bot.features.endings import changes
from bot.features.remarks import NO_REMARKS, Remarks, with_remarks
from bot.features.words import bold
from bot.operations.preparing import Prepared
from bot.sentences import said
from bot.slack.blocks import Block, Message, choice_input, code, cut, modal, section, text_input
from bot.slack.ids import BlockId, ViewId

NOTHING = "Nothing was changed."


def loading() -> Block:
    """Opened at once, because a trigger lives for three seconds."""
    return modal(ViewId.EDIT_LOADING, "Edit", [section("Reading the server from VPS.org…")])


def dialog(
    server: Server, *, meta: str, glass: bool = False, wanted: Wanted | None = None, remarks: Remarks = NO_REMARKS
) -> Block:
    """The present values, to be changed; `glass`: without the consent that it takes.

    `wanted`: what an earlier try asked for, in place of the present values; `remarks`: the provider's on it.
    """
    name, hostname, backups = server.name, server.hostname, server.backups
    if wanted:
        name, hostname = wanted.name, wanted.hostname or hostname
        backups = backups if wanted.backups is None else wanted.backups
    blocks = [
        section(f"{bold(server.name)} ({code(cut(server.id, 80))})"),
        text_input(BlockId.NAME, "Name", hint="Letters, digits and hyphens.", initial=name, max_length=255),
        text_input(
            *(BlockId.HOSTNAME, "Hostname"),
            hint="A full domain name, like app-1.example.com.",
            initial=hostname,
            max_length=253,
        ),
        choice_input(
            *(BlockId.BACKUPS, "Backups", [(ON, "On"), (OFF, "Off")]),
            initial={True: ON, False: OFF, None: ""}[backups],
        ),
        *([reason_input()] if glass else []),
    ]
    placed = with_remarks(blocks, remarks)
    return modal(ViewId.EDIT, "Edit a server", placed, submit="Save", close="Cancel", meta=meta)


def filed(request: Request, prepared: Prepared, *, alone: bool) -> Block:
    """It is on its way, or others are asked. `alone`: it could be done without them."""
    if request.needed:
        return modal(ViewId.EDIT_RESULT, "Asked", asked_them(request, prepared, alone=alone).blocks)
    operation = request.operations[0]
    text = f"Changing {bold(operation.server_name)}: {cut(changes(operation), 1500)}. I'll mention you when it is done."
    return modal(ViewId.EDIT_RESULT, "Changing", [section(text)])


def changed(differing: Mapping[str, Sequence[Difference]]) -> str:
    """At the input: the server is not what the dialog showed."""
    told = [
        f"{each.field} was {each.was or 'none'}, is {each.now or 'none'}" for es in differing.values() for each in es
    ]
    return f"It changed since you opened this: {'; '.join(told)}. Close this and begin again."[:1500]


def how_to_rename() -> Message:
    """The command's form."""
    return said("Type the old name and the new one, for example `/vps rename web-1 web-2`. Nothing was done.")


def bad_name(name: str) -> Message:
    """A name that the provider doesn't take."""
    return said(f"{code(cut(name, 60))} can't be a name: letters, digits and hyphens only, like `app-1`. {NOTHING}")


def same_as_now(name: str) -> Message:
    """The old name is the new one."""
    return said(f"It is called {bold(name)} already. {NOTHING}")


def one_at_a_time() -> Message:
    """Several servers, or none, where one is edited."""
    return said(f"One server at a time, for example `/vps edit web-1`. {NOTHING}")


def not_offered() -> Message:
    """The other dialect of the provider has no such call."""
    return said(f"This VPS.org account's interface can't rename or edit servers; its website can. {NOTHING}")


def not_there() -> Message:
    """The button's edit is not of this workspace."""
    return said(f"There is no such edit here. Type `/vps edit` to begin anew. {NOTHING}")


def out_of_date() -> Message:
    """The dialog is too old, was used, or isn't this person's."""
    return said(f"This dialog is too old, was used, or isn't yours. Type `/vps edit` again. {NOTHING}")

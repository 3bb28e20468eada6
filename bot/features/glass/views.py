"""What is asked and said before something is done without the consent that it takes."""

from collections.abc import Sequence

from bot.domain.operations import CATALOG, Kind, Request
from bot.domain.servers import Server
from bot.features.dialogs import reason_input
from bot.features.words import address, bold, name
from bot.sentences import counted, listed, said
from bot.slack.blocks import Block, Message, code, cut, modal, section
from bot.slack.ids import ViewId
from bot.store.offers import Offer


def how_to() -> Message:
    """The command's form."""
    return said("Type what to do and to which server: `/vps break-glass reboot web-server-01`. Nothing was done.")


def power_only() -> Message:
    """Who holds a grant with break-glass may start, stop and reboot."""
    return said(
        "Your break-glass holds for *start*, *stop* and *reboot*; the rest alone takes *admin*. Nothing was done."
    )


def takes_no_consent(kind: Kind, names: Sequence[str]) -> Message:
    """There is no glass to break."""
    command = code(cut(f"/vps {kind} {' '.join(names)}", 200))
    return said(f"That takes nobody's consent here, so there is nothing to break: type {command}. Nothing was done.")


def too_many(number: int, most: int) -> Message:
    """More servers than one command may change."""
    return said(f"That fits {number:,} servers; at most {most} go at once. Nothing was done.")


def dialog(offer: Offer, servers: Sequence[Server]) -> Block:
    """What will be done, and why."""
    verb = CATALOG[offer.kind].verb
    lines = [f"• {name(each)} · {address(each)}" for each in servers[:20]]
    more = [f"… and {len(servers) - 20} more"] if len(servers) > 20 else []
    return modal(
        ViewId.BREAK_GLASS,
        "Break glass",
        [
            section(f"🚨 *{verb.capitalize()} {counted(len(servers), 'server')} without anybody's consent.*"),
            section("\n".join(lines + more)),
            reason_input(),
        ],
        submit=verb.capitalize(),
        close="Cancel",
        meta=offer.id,
    )


def done(request: Request) -> Block:
    """It is committed."""
    names = listed([bold(each.server_name) for each in request.operations[:5]])
    doing = CATALOG[request.kind].doing.capitalize()
    return modal(
        ViewId.BREAK_GLASS_RESULT, "Break glass", [section(f"{doing} {names}. I'll mention you when it is done.")]
    )


def out_of_date() -> Message:
    """The dialog is too old, was used, or isn't this person's."""
    return said("This dialog is too old, was used, or isn't yours. Type the command again. Nothing was done.")

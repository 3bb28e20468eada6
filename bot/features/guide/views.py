"""How the commands are explained."""

from collections.abc import Sequence

from bot.domain.roles import NEEDS
from bot.routing import Command
from bot.sentences import said
from bot.slack.blocks import Block, Message, code, context, section

HINT = (
    "A server is named by name or id; `web-*` is a pattern. Quotes hold words together. Answers to questions are "
    "only for you; changes are shown in the channel."
)


def overview(able: Sequence[Command], not_able: Sequence[Command]) -> Message:
    """What this person may do, then what takes a role."""
    lines = [f"{code('/vps ' + each.usage)}\n{each.summary}" for each in able]
    blocks: list[Block] = [section("*What you can do here*"), section("\n".join(lines))]
    if not_able:
        needing = [f"{code('/vps ' + each.word)} (*{NEEDS[each.needs]}*)" for each in not_able if each.needs]
        blocks.append(section(f"*Takes a role you don't hold*\n{', '.join(needing)}"))
    blocks.append(context(HINT))
    return Message(f"You can do {len(able)} things here. /vps help COMMAND explains one.", blocks)


def one(command: Command, *, may: bool) -> Message:
    """How one command works."""
    needs = f"Takes the role *{NEEDS[command.needs]}*" if command.needs else "Everyone may"
    holds = "" if command.needs is None else (", which you hold." if may else ", which you don't hold.")
    examples = " · ".join(code(f"/vps {example}") for example in command.examples)
    return said(
        f"{code('/vps ' + command.usage)}\n{command.summary}\n{needs}{holds or '.'}", f"For example: {examples}"
    )

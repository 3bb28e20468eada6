"""How the commands are explained."""

from collections.abc import Sequence

from bot.domain.roles import NEEDS
from bot.routing import Command, Group
from bot.sentences import said
from bot.slack.blocks import Block, Message, code, context, section

HINT = (
    "Type `/vps` and one of these words; `/vps help WORD` explains it. A server is named by name or id; `web-*` is a "
    "pattern. Quotes hold words together. Answers to questions are only for you; changes are shown in the channel."
)

ABOUT = {
    Group.SEE: "what there is, how it stands, whose it is",
    Group.CHANGE: "one or many, now or at a time",
    Group.AGREE: "what waits for consent, and what stops everything",
    Group.PEOPLE: "roles, and why somebody may or may not",
    Group.BACK: "what was done, by whom, and what did not arrive",
    Group.SET_UP: "this help, the account, and how it works here",
}
"""What each group of commands is for."""


def overview(able: Sequence[Command], not_able: Sequence[Command]) -> Message:
    """What this person may do, a line for each group of commands; then what takes a role."""
    lines = []
    for group in Group:
        if words := [code(each.word) for each in able if each.group is group]:
            lines.append(f"*{group}:* {ABOUT[group]}\n{' · '.join(words)}")
    blocks: list[Block] = [section("*What you can do here*"), section("\n".join(lines))]
    if not_able:
        needing = [f"{code(each.word)} (*{NEEDS[each.needs]}*)" for each in not_able if each.needs]
        blocks.append(section(f"*Takes a role you don't hold*\n{', '.join(needing)}"))
    blocks.append(context(HINT))
    return Message(f"You can do {len(able)} things here. /vps help WORD explains one.", blocks)


def one(command: Command, *, may: bool) -> Message:
    """How one command works."""
    needs = f"Takes the role *{NEEDS[command.needs]}*" if command.needs else "Everyone may"
    holds = "" if command.needs is None else (", which you hold." if may else ", which you don't hold.")
    examples = " · ".join(code(f"/vps {example}") for example in command.examples)
    return said(
        f"{code('/vps ' + command.usage)}\n{command.summary}\n{needs}{holds or '.'}", f"For example: {examples}"
    )

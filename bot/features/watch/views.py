"""How changes are told, and who is told of what."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.fleet import Change, What
from bot.domain.notices import Notice
from bot.domain.servers import Server
from bot.features.words import bold, dot, name
from bot.operations.telling import Facts
from bot.operations.watching import EVERY, Watch
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    channel,
    code,
    context,
    cut,
    escape,
    person,
    section,
)
from bot.slack.ids import ActionId
from bot.store.fleet import Follow

SHOWN = 30
LINES_A_SECTION = 5


def how_to() -> Message:
    """The command's forms."""
    return said("Type `/vps watch on`, `/vps watch off`, or one server to follow, like `/vps watch web-server-01`.")


def which_not() -> Message:
    """The form of the other one."""
    return said("Which one? Type its name or id, for example `/vps unwatch web-server-01`. `/vps watch` lists yours.")


def standing(watch: Watch | None, mine: Sequence[Follow]) -> Message:
    """What is told, where, and what this person follows."""
    whole = "Changes made elsewhere are not told here. An admin switches it on with `/vps watch on`."
    if watch:
        whole = f"Changes made elsewhere are told in {where(watch.channel)}."
    names = listed([bold(each.server_name) for each in mine[:20]])
    followed = f"You follow {names}." if mine else "You follow no server: `/vps watch SERVER` begins it."
    return said(f"{whole} {followed}")


def no_channel() -> Message:
    """There is nowhere to tell it."""
    return said("There is no channel to tell it in yet. Choose one with `/vps settings`, then type `/vps watch on`.")


def already(*, on: bool, channel: str) -> Message:
    """It is so."""
    return said(f"That is so already: changes made elsewhere are {f'told in {where(channel)}' if on else 'not told'}.")


def switched(*, on: bool, channel: str) -> Message:
    """It is so from now on."""
    if not on:
        return said("Changes made elsewhere are not told any more. Who follows a server is still told of that one.")
    return said(
        f"From now on I look every {duration(EVERY)}, and tell in {where(channel)} what nobody changed from here."
    )


def following(server: Server, *, new: bool) -> Message:
    """They are told of this server."""
    begun = "You follow" if new else "You follow already"
    return said(f"{begun} {name(server)}: I tell you directly when it changes. `/vps unwatch` ends it.")


def unfollowed(meant: Sequence[Follow], mine: Sequence[Follow], typed: str) -> Message:
    """They aren't any more, or never were."""
    if meant:
        return said(f"You don't follow {listed([bold(each.server_name) for each in meant[:5]])} any more.")
    names = listed([bold(each.server_name) for each in mine[:20]])
    yours = f"You follow {names}." if mine else "You follow none."
    return said(f"You don't follow a server called {code(cut(typed, 60))}. {yours}")


def found(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """What a look found, to a channel or to who follows the server."""
    follower, server = notice.detail.get("follower", ""), notice.detail.get("server", "")
    about = [each for each in facts.changes if (each.by != follower if follower else not each.by)]
    if server:
        about = [each for each in about if each.server_id == server]
    if not about:
        return None
    lines = in_lines(about)
    if len(lines) == 1:
        show = [button("Show", ActionId.SHOW, about[0].server_id)] if about[0].what is not What.GONE else []
        return Message(lines[0], [section(f"👀 {lines[0]}"), *([actions(*show)] if show else [])])
    text = f"{counted(len(lines), 'server')} changed, and nobody did it from here."
    blocks: list[Block] = [section(f"👀 *{text}*"), *sections(lines[:SHOWN])]
    if len(lines) > SHOWN:
        blocks.append(context(f"… and {len(lines) - SHOWN:,} more. `/vps status` shows how it stands."))
    return Message(text, blocks)


def sections(lines: Sequence[str]) -> list[Block]:
    """Lines as a few paragraphs."""
    return [
        section("\n".join(f"• {line}" for line in lines[start : start + LINES_A_SECTION]))
        for start in range(0, len(lines), LINES_A_SECTION)
    ]


def in_lines(changes: Iterable[Change]) -> list[str]:
    """A sentence for each server, with all that changed on it and, if it was asked for here, by whom."""
    by_server: dict[str, list[Change]] = {}
    for each in changes:
        by_server.setdefault(each.server_id, []).append(each)
    return [_sentence(several) for several in by_server.values()]


def where(channel_id: str) -> str:
    """A channel, or that there is none."""
    return channel(channel_id) if channel_id[:1] in ("C", "G") and channel_id.isalnum() else "direct messages"


def _sentence(several: Sequence[Change]) -> str:
    whose = list(dict.fromkeys(each.by for each in several if each.by))
    by = f"; {listed([person(each) for each in whose])} asked for it here" if whose else "; nobody asked for it here"
    return f"{bold(several[0].server_name)} {listed([_words(each) for each in several])}{by}."


def _words(change: Change) -> str:
    was, became = (f"{code(cut(each, 80))}" for each in (change.was or "none", change.became or "none"))
    return {
        What.NEW: f"is new ({dot(change.became)} {escape(cut(change.became, 40))})",
        What.GONE: "is gone: VPS.org doesn't know it any more",
        What.STATUS: f"is {dot(change.became)} {escape(cut(change.became, 40))} (was {escape(cut(change.was, 40))})",
        What.NAME: f"was called {was} before",
        What.ADDRESS: f"has another address: {became} (was {was})",
        What.PLAN: f"has another plan: {became} (was {was})",
    }[change.what]

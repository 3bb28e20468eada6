"""Why a change was not filed, in words: one place for every command, button and dialog that asks for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.approvals import Difference
from bot.domain.operations import CATALOG, POWER, Kind, Operation, State
from bot.domain.policy import Freeze
from bot.domain.roles import Permission
from bot.domain.servers import Server
from bot.features.approvals.views import ways_on
from bot.features.words import bold, how_protected, may_anywhere
from bot.operations.preparing import Changed, NameTaken, NobodyCould, NoCreationTime, Unprepared, Vanished
from bot.operations.submit import Busy, Forbidden, Frozen, NotSubmitted, OverBudget, Protected, UsedUp
from bot.routing import Ask, Reply
from bot.sentences import counted, duration, listed, refusal, said
from bot.slack.blocks import Message, actions, channel, code, cut, escape, modal, moment, person, section
from bot.slack.ids import BlockId, ViewId

NOTHING = "Nothing was done."

SHOWN = 20


def told(ask: Ask, answer: NotSubmitted | Unprepared, kind: Kind, asked: int = 1) -> Message:
    """Why not, and the way out. `asked`: how many servers it was about; nothing was done to any of them."""
    match answer:
        case Forbidden(no, server):
            return _not_allowed(refusal(no, ask.member.id, ask.now, ask.absent), server, asked)
        case Busy(held_by):
            return busy(held_by, ask.now, asked)
        case UsedUp():
            return said(f"This was used, is too old, or isn't yours. Type the command again. {NOTHING}")
        case Frozen(freeze):
            return frozen(freeze)
        case Protected(server, glob):
            return _protected(server, glob)
        case OverBudget(policy):
            return said(
                f"That is more than {counted(policy.hourly, 'deletion')} of yours in an hour, or {policy.daily} of "
                f"this workspace in a day, and breaking the glass doesn't reach beyond that. {NOTHING}"
            )
        case NobodyCould():
            return _nobody_could(ask, answer, kind)
        case Vanished(names):
            gone = listed([bold(each) for each in names[:5]])
            return said(f"{gone}: VPS.org doesn't know it any more. {NOTHING}")
        case NoCreationTime(server):
            return said(
                f"VPS.org doesn't say since when {bold(server.name)} exists, so consent can't be given to it: "
                f"nobody could tell it from a successor. {NOTHING}"
            )
        case NameTaken():
            return name_taken(answer)
        case Changed(by_name):
            return said(f"{differing(by_name)} Look at it again: type the command once more. {NOTHING}")


def name_taken(taken: NameTaken) -> Message:
    """Why a name can't be given; where an earlier creation stands in the way, with the buttons that settle it."""
    text = f"{taken_words(taken)} {NOTHING}"
    ways = ways_on(taken.by) if taken.by and taken.by.ended else []
    return Message(text, [section(text), *([actions(*ways)] if ways else [])])


def name_refused(taken: NameTaken, result: ViewId) -> Reply:
    """The same in a dialog: at the name's input, or in its place (`result`) the buttons that settle it."""
    if taken.by and taken.by.ended:
        return Reply(view=modal(result, "Not yet", name_taken(taken).blocks))
    name = cut(taken.name, 100)
    why = f"Somebody asked for a server {name} already; /vps requests shows it. Choose another name."
    if taken.by is None:
        why = f"There is a server {name} already. Each name is used once: choose another one."
    return Reply(errors={BlockId.NAME: why})


def taken_words(taken: NameTaken) -> str:
    """The same in a sentence."""
    name, by = bold(taken.name), taken.by
    if by is None:
        return f"There is a server {name} already: each name is used once."
    if by.ended:
        return f"Whether an earlier creation of {name} happened is not known yet: say that first."
    return f"{name} is taken: {person(by.requester)} asked for it already. `/vps requests` shows it."


def frozen(freeze: Freeze) -> Message:
    """Nothing is changed now: who said so, since when, and why."""
    why = f" Their reason: “{escape(cut(freeze.reason, 500))}”" if freeze.reason else ""
    return said(
        f"Everything is frozen: {person(freeze.by)} stopped all changes {moment(freeze.at)}.{why} "
        f"An admin lifts it with `/vps unfreeze`. {NOTHING}"
    )


def busy(held_by: Sequence[Operation], now: datetime, asked: int) -> Message:
    """Somebody was quicker: who, what, and since when."""
    lines = [_held(each, now) for each in held_by[:SHOWN]]
    return said("\n".join(lines) + ("\nNothing was done to any of them." if asked > 1 else ""))


def differing(by_name: Mapping[str, Sequence[Difference]]) -> str:
    """What is not as it was shown."""
    parts = [
        f"{bold(name)} changed since it was shown ("
        + "; ".join(f"{each.field}: {escape(each.was or 'none')} → {escape(each.now or 'none')}" for each in found)
        + ")."
        for name, found in by_name.items()
    ]
    return cut(" ".join(parts), 1500)


def _held(operation: Operation, now: datetime) -> str:
    name, who = bold(operation.server_name), person(operation.requester)
    since = f"{duration(now - operation.requested_at)} ago"
    if operation.state is State.REQUESTED:
        return (
            f"{name}: {who} asked to {operation.spec.verb} it {since}, and that waits for consent. "
            "`/vps requests` shows it."
        )
    if operation.not_before and now < operation.not_before:
        return f"{name} will be {operation.spec.past} {moment(operation.not_before)}: {who} asked for it {since}."
    return f"{name} is {operation.spec.doing} already: {who} asked for it {since}."


def _not_allowed(because: Message, server: Server, asked: int) -> Message:
    none = " Nothing was done to any of them." if asked > 1 else ""
    text = f"{bold(server.name)}: {because.text}{none}"
    return Message(text, [section(text), *because.blocks[1:]])


def _protected(server: Server, glob: str | None) -> Message:
    return said(f"{bold(server.name)} is protected: {how_protected(server.name, glob or '')} {NOTHING}")


def _nobody_could(ask: Ask, no: NobodyCould, kind: Kind) -> Message:
    doing = CATALOG[kind].doing.capitalize()
    glass = _glass(ask, kind)
    if not no.channel:
        return said(
            f"{doing} takes the consent of others, and there is no channel yet to ask them in. "
            f"An admin chooses one with `/vps settings`.{glass} {NOTHING}"
        )
    if not no.member:
        return said(
            f"{doing} takes the consent of others, and I am not in {channel(no.channel)}, where they are asked. "
            f"Invite me there, or an admin chooses another channel with `/vps settings`.{glass} {NOTHING}"
        )
    people = listed([person(each) for each in no.could[:8]], "or")
    nobody = "nobody but you" if no.asker else "nobody"
    who = f"only {people} could give it" if no.could else f"{nobody} could give it now"
    more = " (one more than usual, because of the deletions before it)" if no.extra else ""
    return said(
        f"{doing} takes {counted(no.needed, 'approval')} of other people{more}, and {who}. An admin makes someone "
        f"*approver* with `/vps access grant`, or asks for fewer with `/vps settings`.{glass} {NOTHING}"
    )


def alone(ask: Ask, kind: Kind) -> bool:
    """Whether the person has the emergency exit for this, as far as the snapshot knows: decides what is offered."""
    return may_anywhere(ask, Permission.BREAK_GLASS_POWER if kind in POWER else Permission.BREAK_GLASS)


def _glass(ask: Ask, kind: Kind) -> str:
    """The emergency exit, for those who have it."""
    example = code(f"/vps break-glass {Kind.EDIT if kind is Kind.RENAME else kind} SERVER")
    return f" In an emergency you can do it alone: {example}" if alone(ask, kind) else ""

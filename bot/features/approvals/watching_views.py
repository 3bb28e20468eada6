"""What is said of a server that nobody saw being created, and to who adopts it or doesn't want to wait any more."""

from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.operations import Operation, Outcome, State
from bot.domain.servers import Server
from bot.features.approvals.views import adopt_button
from bot.features.words import bold
from bot.operations.telling import Facts
from bot.sentences import said
from bot.slack.blocks import Message, actions, code, moment, person, section


def appeared(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A server of that name is there after all: whose it is, is for a person to say."""
    request = facts.request
    if request is None:
        return None
    creation = request.operations[0]
    if creation.state is not State.UNKNOWN or creation.has_server:
        return None
    text = (
        f"{person(request.requester)} VPS.org shows a new server {bold(creation.server_name)} now "
        f"({code(notice.detail.get('server', ''))}). Whether your creation happened was not known: is this it?"
    )
    return Message(text, [section(f"👀 {text}"), actions(adopt_button(creation))])


def adopted(operation: Operation, server: Server) -> Message:
    """The private answer to who says that it was created: with what tells the server from others."""
    since = f"exists since {moment(server.created_at)}" if server.created_at else "is new; it tells no time"
    return said(
        f"Taken over: I watch {bold(operation.server_name)} and mention who asked for it when it is ready. "
        f"VPS.org says that {code(server.id)} {since}."
    )


def other_account(operation: Operation) -> Message:
    """It can't be among the servers of the account that is connected now."""
    return said(
        f"{bold(operation.server_name)} was asked for with another VPS.org account than the one that is connected now, "
        "whose servers say nothing about it. Nothing was adopted."
    )


def not_fitting(operation: Operation, number: int) -> Message:
    """There is nothing to adopt, or too much."""
    name = bold(operation.server_name)
    if number:
        return said(f"{number} new servers are called {name}: I can't tell which is meant. Delete or rename one first.")
    return said(
        f"VPS.org shows no server {name} that is new since then. Nothing was adopted. *Create it again* buys one."
    )


def unwatched(operation: Operation) -> Message:
    """The private answer to who doesn't want to wait."""
    noun = operation.spec.noun
    asked = f"VPS.org was asked for the {noun}" if operation.outcome is Outcome.LOST else f"VPS.org accepted the {noun}"
    return said(f"I don't watch {bold(operation.server_name)} any more. {asked}, which may still happen.")

"""The one place where a change is sent to the provider: an operation's call, and what its answer shows."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.operations import UPDATES, Kind, Operation, Outcome, State, Step
from bot.domain.servers import Server
from bot.domain.wanted import Wanted, has_become
from bot.vps.client import ProviderAccount, ServerDraft


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted call shows: the server's status, if told, and the id of one that was created."""

    status: str = ""
    server_id: str = ""


def done_already(operation: Operation, seen: Server) -> Step | None:
    """The step that makes a call needless: the name is taken, or an edit that was sent before has come to effect."""
    if operation.kind is Kind.CREATE and seen.id != operation.server_id:
        return Step(State.FAILED, Outcome.NAME_TAKEN, words=seen.id)
    if operation.kind in UPDATES and operation.calls and operation.wanted and has_become(seen, operation.wanted):
        return Step(State.SETTLING, again_in=timedelta(), seen_status=seen.status)
    return None


async def send(account: ProviderAccount, operation: Operation) -> Answer:
    """Makes the call, once. Raises ProviderError."""
    kind, server, wanted = operation.called_kind, operation.server_id, operation.wanted
    if kind is Kind.DELETE:
        await account.delete(server)
        return Answer()
    if kind is Kind.START:
        return Answer((await account.start(server)).status or "")
    if kind is Kind.STOP:
        return Answer((await account.stop(server)).status or "")
    if kind is Kind.REBOOT:
        return Answer((await account.reboot(server)).status or "")
    assert wanted is not None
    if kind is Kind.CREATE:
        created = await account.create(_draft(wanted))
        return Answer(created.status, created.id)
    if kind is Kind.RENAME:
        return Answer((await account.edit(server, name=wanted.name)).status)
    backups = wanted.backups is True
    return Answer((await account.replace(server, name=wanted.name, hostname=wanted.hostname, backups=backups)).status)


def _draft(wanted: Wanted) -> ServerDraft:
    return ServerDraft(
        name=wanted.name,
        plan_id=wanted.plan,
        system_id=wanted.system,
        location=wanted.location,
        hostname=wanted.hostname,
        ssh_key_id=wanted.ssh_key or None,
        backups=wanted.backups is True,
    )

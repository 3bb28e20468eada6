"""Protects servers by id. Raising a barrier takes one admin; lifting it goes through `operations.proposals`."""

from collections.abc import Sequence

from bot.domain.audit import Action, Draft
from bot.domain.policy import Policy
from bot.domain.roles import Member, Permission
from bot.domain.servers import Server
from bot.operations.enacting import tell_protection
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check
from bot.store import audit, protections
from bot.store.engine import Tx
from bot.store.protections import Protection


async def protected_by(tx: Tx, policy: Policy, workspace: str, server_id: str, name: str) -> str | None:
    """The pattern that protects a server, "" when it is protected itself; None when it isn't."""
    return policy.protects(name) or (await protections.among(tx, workspace, [server_id])).get(server_id)


async def protect(
    parts: Parts, member: Member, servers: Sequence[Server], *, delivery: str
) -> frozenset[str] | NotAllowed:
    """The ids that were not protected by themselves before and are now. Raises Repeated."""
    async with parts.change("protecting.protect", member.workspace, delivery) as tx:
        now = parts.clock()
        if no := await check(tx, member, Permission.SETTINGS_MANAGE, asked="/vps protect", now=now):
            return no
        new = []
        for server in servers:
            if await protections.put(tx, member.workspace, Protection(server.id, server.name, member.id, now)):
                new.append(server)
        drafts = [
            Draft(Action.SERVER_PROTECTED, member.id, target=each.name[:255], detail={"server_id": each.id})
            for each in new
        ]
        if drafts:
            await audit.extend(tx, member.workspace, drafts, now)
            await tell_protection(tx, parts, member.workspace, member.id, now, now_is=[each.name for each in new])
    return frozenset(each.id for each in new)

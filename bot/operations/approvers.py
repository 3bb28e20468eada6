"""Who could consent to a request now: the people whose grants and present accounts let them, never the requester."""

import asyncio
from collections.abc import Iterable, Sequence

from bot.domain.approvals import Inside
from bot.domain.roles import Account, Grant, Member, Permission, SubjectKind, able, decide, groups_of
from bot.operations.parts import Parts

ENOUGH = 20
"""People who could: more than any policy can ask for."""

AT_ONCE = 10
"""People whose accounts are read together."""


async def who_could(parts: Parts, workspace: str, names: Sequence[str], *, but: str) -> tuple[str, ...]:
    """The members that could approve a request about servers of these names, in the order they were granted it."""
    grants, now = (await parts.snapshots.of(workspace)).grants, parts.clock()
    found: list[str] = []
    candidates = [person for person in await _candidates(parts, workspace, grants, names) if person != but]
    for at in range(0, len(candidates), AT_ONCE):
        accounts = await accounts_of(parts, workspace, candidates[at : at + AT_ONCE])
        for person, account in accounts.items():
            member = Member(workspace, person, account)
            decision = decide(grants, member, Permission.REQUEST_VOTE, names=names, now=now)
            if decision.allowed or decision.passing:  # Slack may be away for a moment: it is looked again at the click
                found.append(person)
        if len(found) >= ENOUGH:
            break
    return tuple(found)


async def too_few(parts: Parts, workspace: str, needed: int) -> bool:
    """Whether fewer people could approve than are needed; no, as long as Slack can't say who is in a group."""
    if len(await who_could(parts, workspace, ["*"], but="")) >= needed:
        return False
    groups = groups_of((await parts.snapshots.of(workspace)).grants)
    return None not in [await parts.people.read_members(workspace, group) for group in groups]


async def accounts_of(parts: Parts, workspace: str, people: Iterable[str]) -> dict[str, Account]:
    """The present accounts of a few people, in the order given, with those of the groups that hold grants."""
    groups = groups_of((await parts.snapshots.of(workspace)).grants)
    names = list(dict.fromkeys(people))
    found: dict[str, Account] = {}
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        accounts = await asyncio.gather(*(parts.people.present(workspace, each, groups) for each in some))
        found |= zip(some, accounts, strict=True)
    return found


async def inside_groups(parts: Parts, workspace: str, names: Sequence[str]) -> Inside:
    """Who is in the groups that may vote about servers of these names, as far as Slack says so."""
    grants = able((await parts.snapshots.of(workspace)).grants, Permission.REQUEST_VOTE, names, parts.clock())
    found: dict[str, frozenset[str]] = {}
    for group in sorted(groups_of(grants)):
        inside = await parts.people.read_members(workspace, group)
        if inside is not None:
            found[group] = inside
    return found


async def _candidates(parts: Parts, workspace: str, grants: Sequence[Grant], names: Sequence[str]) -> list[str]:
    people: dict[str, None] = {}
    for grant in able(grants, Permission.REQUEST_VOTE, names, parts.clock()):
        if grant.subject_kind is SubjectKind.USER:
            people[grant.subject] = None
        else:
            people |= dict.fromkeys(sorted(await parts.people.members(workspace, grant.subject)))
    return list(people)

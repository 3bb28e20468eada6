"""Who could consent to a request now: the people whose grants and present accounts let them, never the requester."""

import asyncio
from collections.abc import Sequence

from bot.domain.roles import Grant, Member, Permission, SubjectKind, able, decide, groups_of
from bot.operations.parts import Parts

ENOUGH = 20
"""People who could: more than any policy can ask for."""

AT_ONCE = 10
"""People whose accounts are read together."""


async def who_could(parts: Parts, workspace: str, names: Sequence[str], *, but: str) -> tuple[str, ...]:
    """The members that could approve a request about servers of these names, in the order they were granted it."""
    grants = (await parts.snapshots.of(workspace)).grants
    now, groups = parts.clock(), groups_of(grants)
    found: list[str] = []
    candidates = [person for person in await _candidates(parts, workspace, grants, names) if person != but]
    for at in range(0, len(candidates), AT_ONCE):
        some = candidates[at : at + AT_ONCE]
        accounts = await asyncio.gather(*(parts.people.present(workspace, person, groups) for person in some))
        for person, account in zip(some, accounts, strict=True):
            member = Member(workspace, person, account)
            if decide(grants, member, Permission.REQUEST_VOTE, names=names, now=now).allowed:
                found.append(person)
        if len(found) >= ENOUGH:
            break
    return tuple(found)


async def _candidates(parts: Parts, workspace: str, grants: Sequence[Grant], names: Sequence[str]) -> list[str]:
    people: dict[str, None] = {}
    ways = [able(grants, Permission.REQUEST_VOTE, name, parts.clock()) for name in names]
    for grant in dict.fromkeys(grant for way in ways for grant in way):  # two limited grants may reach all together
        if grant.subject_kind is SubjectKind.USER:
            people[grant.subject] = None
        else:
            people |= dict.fromkeys(sorted(await parts.people.members(workspace, grant.subject)))
    return list(people)

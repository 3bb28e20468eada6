"""Who could consent to a request now: the people whose grants and present accounts let them, never the requester."""

from collections.abc import Sequence

from bot.domain.roles import Grant, Member, Permission, SubjectKind, able, decide, groups_of
from bot.operations.parts import Parts

MOST_ASKED = 20
"""People whose accounts are read: enough for any number of approvals that a policy can ask for."""


async def who_could(parts: Parts, workspace: str, names: Sequence[str], *, but: str) -> tuple[str, ...]:
    """The members that could approve a request about servers of these names, in the order they were granted it."""
    grants = (await parts.snapshots.of(workspace)).grants
    now, groups = parts.clock(), groups_of(grants)
    found: list[str] = []
    for person in (await _candidates(parts, workspace, grants, names))[: MOST_ASKED + 1]:
        if person == but:
            continue
        member = Member(workspace, person, await parts.people.present(workspace, person, groups))
        if decide(grants, member, Permission.REQUEST_VOTE, names=names, now=now).allowed:
            found.append(person)
    return tuple(found)


async def _candidates(parts: Parts, workspace: str, grants: Sequence[Grant], names: Sequence[str]) -> list[str]:
    people: dict[str, None] = {}
    for grant in able(grants, Permission.REQUEST_VOTE, names[0], parts.clock()):
        if grant.subject_kind is SubjectKind.USER:
            people[grant.subject] = None
        else:
            people |= dict.fromkeys(sorted(await parts.people.members(workspace, grant.subject)))
    return list(people)

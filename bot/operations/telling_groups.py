"""A group's role ends soon: who is in the group is read from Slack when its people are told, not when it was given."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.notices import GROUP_NOT_READ, NOTHING_TO_SAY, PEOPLE_OF, Notice, Untold, retry_pause
from bot.domain.roles import Grant, admins, barred
from bot.operations.approvers import accounts_of
from bot.operations.parts import Parts
from bot.store import members, notices

TOLD_ONE_BY_ONE = 30
"""People of a group that are told: each takes a message of its own, and what others are told waits behind them."""

TIMES_READ = 5
"""How often Slack is asked who is in a group, within a minute, before the admins hear that it doesn't say.

It is asked until the role has ended: who is in it is told as soon as that is known.
"""

log = structlog.get_logger()


async def tell_people(parts: Parts, notice: Notice) -> None:
    """Makes a message that is due to a group into one for each of its people, or for each admin that there is none.

    An admin has a message of their own about it, as admin. The messages are promised in the transaction that ends
    this one, and once, so that a process that is killed, or a second one, tells nobody twice.
    """
    people = await _people(parts, notice)
    now = parts.clock()
    async with parts.store.begin("notices.for_people", notice.workspace) as tx:
        grants = await members.of_workspace(tx, notice.workspace)
        holds = any(each.id == grant_of(notice) and each.live(now) for each in grants)
        again = now + retry_pause(notice.attempts) if holds and people is None else None
        ours = await notices.put_off(tx, notice, until=again, error=GROUP_NOT_READ if again else NOTHING_TO_SAY)
        if ours and again is None:  # what an admin hasn't read yet isn't so any more
            await notices.withdraw(tx, notice.workspace, notice.kind, f"{grant_of(notice)}:", f":{Untold.UNREAD}")
        if ours and holds and (again is None or notice.attempts >= TIMES_READ):
            for each in _instead(parts, notice, people, grants, now):
                await notices.promise_once(tx, each, now)
    parts.wake()


def grant_of(notice: Notice) -> str:
    """The grant that a message is about."""
    return notice.subject.partition(":")[0]


async def _people(parts: Parts, notice: Notice) -> Collection[str] | None:
    """Who is in the group now, without those whose account holds nothing; None when Slack doesn't say."""
    group = notice.detail[PEOPLE_OF]
    people = await parts.people.read_members(notice.workspace, group)
    if people is None:
        log.warning("group not read", notice=notice.id, group=group)
        return None
    if len(people) > 2 * TOLD_ONE_BY_ONE:
        return people  # too many, whoever they are
    accounts = await accounts_of(parts, notice.workspace, people)
    return [each for each, account in accounts.items() if not barred(account)]


def _instead(
    parts: Parts, notice: Notice, people: Collection[str] | None, grants: Sequence[Grant], now: datetime
) -> list[Notice]:
    """The messages that one to a group becomes."""
    everywhere = admins(grants, now)
    others = sorted(set(people or ()) - set(everywhere))
    untold = Untold.UNREAD if people is None else Untold.TOO_MANY if len(others) > TOLD_ONE_BY_ONE else None
    detail = dict(notice.detail)
    through = detail.pop(PEOPLE_OF)
    detail |= {"untold": untold} if untold else {"through": through}
    grant = grant_of(notice)
    return [
        replace(
            notice,
            id=parts.new_id(),
            subject=f"{grant}:{each}:{untold or 'member'}",
            recipient=each,
            wanted_channel=each,
            created_at=now,
            detail=detail,
        )
        for each in (everywhere if untold else others)
    ]

"""The worst of what people hold, want and type, and of what they are told then: see `nasty`."""

import itertools
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.domain.access import AccessRequest, Answer
from bot.domain.grammar import Line
from bot.domain.operations import POWER
from bot.domain.policy import Freeze, Policy
from bot.domain.proposals import (
    Change,
    NewGrant,
    NewSettings,
    NewToken,
    Power,
    Proposal,
    ProposalState,
    Unfreeze,
    Unprotect,
    Why,
)
from bot.domain.roles import NEEDS, Account, Because, Decision, Grant, Permission, Role
from bot.features.access.explaining_views import Consent, Hurdles
from bot.features.words import delete_button, power_button
from bot.operations.permission import NotAllowed
from bot.operations.preparing import NobodyCould
from bot.operations.telling import Facts
from bot.routing import Command
from bot.slack.blocks import Element
from bot.store.workspaces import Workspace
from bot.vps.errors import ProviderError
from bot.vps.errors import Trouble as ProviderTrouble
from tests.house.nasty import (
    LATER,
    NOW,
    PINGS,
    SHORT,
    TEXTS,
    _full,
    fleet_changes,
    grants,
    noted,
    requests,
    runs,
    schedules,
    standings,
)


@cache
def grant_lists() -> list[tuple[Grant, ...]]:
    """None, one, and a hundred."""
    return [(), (grants()[-1],), tuple(grants()[::5])]


@cache
def accesses() -> list[AccessRequest]:
    """Asked for with every role and awful name, open and answered."""
    return [
        AccessRequest(
            "a1", "T1", "U0OLGA", role, text, text[:64], at, answer, "U0ADA", None if answer == "none" else NOW
        )
        for role, text, answer, at in itertools.product(Role, SHORT, Answer, (NOW, NOW - timedelta(days=9)))
    ]


@cache
def proposals() -> list[Proposal]:
    """Every change, with awful texts, in every state and void for every reason."""
    usual, made = Policy("C0OPS"), list[Change | None]()
    for text in SHORT:
        after = Policy("C0NEW", "C0NEW", 0, 10, 5, 60, False, (text[:100],) * 50, (text[:100],) * 50, 1000, 1000)
        made += [
            NewSettings(usual, after),
            NewToken("", text, text, NOW),
            Unprotect("1", text, NOW),
            Unfreeze("U0AMIR", NOW),
            None,
        ]
    changes = [*made, *(NewGrant(grant) for grant in grants()[::9])]
    return [
        Proposal(
            "p1", "T1", change.power if change else Power.TOKEN, "x", "U0ADA", NOW, LATER, change, state, "U0BEA", why
        )
        for change, (state, why) in zip(
            changes * 3, itertools.cycle(itertools.product(ProposalState, [None, *Why])), strict=False
        )
    ]


@cache
def facts() -> list[Facts]:
    """What a message is made from when it is sent: also when what it was about is gone."""
    both = itertools.zip_longest(requests(), accesses(), runs()[: len(requests())])
    mixed = zip(both, itertools.cycle([None, *proposals()]), strict=False)
    return [
        Facts(),
        *(
            Facts(request, access, proposal, tuple(grants()), schedule=schedules()[0], run=run)
            for (request, access, run), proposal in mixed
        ),
        *(
            Facts(
                request, grants=tuple(grants()), policy=Policy(approvals=5), accounts={"U0AMIR": Account(active=False)}
            )
            for request in requests()
        ),
        *(Facts(schedule=schedule, run=runs()[-1]) for schedule in schedules()),
        *(Facts(note=each) for each in noted() * 8),
        *(Facts(standing=each) for each in standings() * 9),
        *(Facts(changes=each) for each in fleet_changes() * 8),
    ]


@cache
def hurdles() -> list[Hurdles]:
    """A freeze, a protection and consent, each with awful words, and consent that nobody could give."""
    many = tuple(f"U0ADMIN{number}" for number in range(40))
    could: list[tuple[str, ...] | NobodyCould] = [
        many,
        NobodyCould(5, many, "C0OPS"),
        NobodyCould(5, (), ""),
        NobodyCould(5, (), "C0OPS", member=False),
    ]
    freezes = [Freeze("U0AMIR", NOW, text[:500]) for text in TEXTS]
    return [
        Hurdles(),
        *(Hurdles(freeze, text[:100]) for freeze, text in zip(freezes, TEXTS, strict=True)),
        *(Hurdles(freezes[0], None, Consent(5, each, extra=True, by_price=True)) for each in could),
        Hurdles(protected=""),
    ]


@cache
def decisions() -> list[Decision]:
    """Every reason, resting on no grant and on awful ones."""
    rules = [None, *grants()[::7]]
    return [
        Decision(because is Because.GRANTED, because, permission, NEEDS[permission], rule)
        for because, permission, rule in itertools.product(Because, Permission, rules)
    ]


@cache
def refusals() -> list[NotAllowed]:
    """In the log and folded, with nobody and with many who could help."""
    many = tuple(replace(grants()[-1], subject=f"U0ADMIN{number}") for number in range(40))
    return [
        NotAllowed(decision, held, entry)
        for decision, held, entry in itertools.product(decisions()[::3], ((), many), (None, 10**12))
    ]


@cache
def workspaces() -> list[Workspace]:
    """Connected, not connected, and with a token that can't be read."""
    bare = Workspace("T1", None, None, "", "", None, {})
    full = [Workspace("T1", "vps_x", "documented", text, "U0ADA", NOW, {}) for text in SHORT]
    return [bare, replace(bare, unreadable=True), *full]


@cache
def errors() -> list[ProviderError]:
    """Every trouble, in no words and in as many as are kept."""
    return [
        ProviderError(trouble, words=text[:300], correlation_id="c" * 32, retry_after=after)
        for trouble, text, after in itertools.product(ProviderTrouble, ["", *TEXTS], (None, 0.0, 1e9))
    ]


@cache
def lines() -> list[Line]:
    """What was typed: nothing, and as much as is read."""
    return [Line(), *(Line((text[:450],), {"status": text[:450]}) for text in TEXTS)]


@cache
def commands() -> list[tuple[Command, ...]]:
    """None of them, and all."""
    from tests.house.project import router

    return [(), tuple(router().commands.values())]


@cache
def buttons() -> list[tuple[Element, ...]]:
    """None, and those of one server."""
    return [(), (*(power_button(kind, _full(PINGS)) for kind in POWER), delete_button(_full(PINGS)))]

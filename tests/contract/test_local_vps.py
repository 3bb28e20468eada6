"""The same client against the local VPS.org, which shares no code with it, in both dialects."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.vps import LocalVps
from bot.vps.client import ProviderAccount, ServerDraft
from bot.vps.dialects import Dialect
from bot.vps.errors import ProviderError, Trouble
from bot.vps.http import MAX_ANSWER

from .conftest import Clients


@dataclass
class Place:
    """A provider of one dialect, whose clock only moves when told to, and our account there."""

    provider: LocalVps
    account: ProviderAccount
    dialect: Dialect
    clients: Clients

    def id_of(self, name: str) -> str:
        """A server's id in the dialect's own terms."""
        server = self.provider.server(name)
        return str(server.id) if self.dialect is Dialect.DOCUMENTED else server.uuid

    async def draft(self, name: str) -> ServerDraft:
        """What a person would fill in, from what the provider lists."""
        plan = next(plan for plan in await self.account.plans() if plan.available)
        if self.dialect is Dialect.DOCUMENTED:
            return ServerDraft(name, plan.id, "5", plan.locations[0])
        [system, *_], [place, *_] = await self.account.systems(), await self.account.locations()
        return ServerDraft(name, plan.id, system.id, place.id)


@pytest.fixture(params=list(Dialect))
async def place(request: pytest.FixtureRequest, clients: Clients) -> AsyncIterator[Place]:
    """One after the other, both dialects."""
    async with LocalVps(Clock(standing_at=datetime(2025, 6, 1, tzinfo=UTC)), dialect=request.param.value) as vps:
        account = clients.client(vps.url, total_timeout=2.0, max_answer=100_000).account(vps.token, request.param)
        yield Place(vps, account, request.param, clients)
        for send in clients.sends:
            await send.close()


async def test_the_fleet_is_listed(place: Place) -> None:
    found = {server.address: server for server in await place.account.servers()}
    assert len(found) == len(place.provider.servers()) == 12
    for theirs in place.provider.servers():
        ours = found[theirs.ip_address]
        assert ours.id == (str(theirs.id) if place.dialect is Dialect.DOCUMENTED else theirs.uuid)
        assert ours.name == (theirs.name if place.dialect is Dialect.DOCUMENTED else theirs.hostname)
        assert (ours.status, ours.hostname) == (theirs.status, theirs.hostname)
        assert ours.plan and theirs.plan and ours.plan.name == theirs.plan.name
        assert ours.system and theirs.os and ours.system.name == theirs.os.name
        assert ours.created_at == theirs.created_at


async def test_many_servers_come_in_pages(place: Place) -> None:
    for n in range(250):
        place.provider.add_server(f"many-{n}")
    place.provider.clear_calls()
    assert len(await place.account.servers()) == 262
    assert len(place.provider.calls()) == (1 if place.dialect is Dialect.DOCUMENTED else 3)


async def test_bare_lists_are_lists(place: Place) -> None:
    place.provider.account().bare_lists = True
    assert len(await place.account.servers()) == 12


async def test_the_list_can_be_filtered(place: Place) -> None:
    stopped = [server.name for server in place.provider.servers() if server.status == "stopped"]
    assert len(await place.account.servers(status="stopped")) == len(stopped) == 1
    where = (await place.account.servers())[0].location
    there = await place.account.servers(location=where)
    assert there and {server.location for server in there} == {where}
    assert len(there) < 12


async def test_a_server_shows_more_on_its_own_page(place: Place) -> None:
    theirs = place.provider.server("web-server-01")
    ours = await place.account.server(place.id_of("web-server-01"))
    assert theirs.plan and ours.plan and ours.plan.memory_mb == theirs.plan.memory
    assert ours.plan.storage_gb == theirs.plan.storage
    assert ours.ipv6 == theirs.ipv6_address
    assert (ours.usage is not None) == (place.dialect is Dialect.DOCUMENTED)


async def test_a_server_is_bought_and_gets_its_address(place: Place) -> None:
    created = await place.account.create(await place.draft("web-77"))
    assert (created.name, created.status, created.address) == ("web-77", "provisioning", None)
    place.provider.clock.move(seconds=30)
    settled = await place.account.server(created.id)
    assert settled.status == "active"
    assert settled.address


async def test_what_is_wrong_with_a_draft_is_said_by_field(place: Place) -> None:
    draft = await place.draft("web-77")
    with pytest.raises(ProviderError) as caught:
        await place.account.create(ServerDraft(draft.name, "999", draft.system_id, draft.location))
    assert caught.value.trouble is Trouble.REFUSED
    assert list(caught.value.fields) == ["plan_id" if place.dialect is Dialect.DOCUMENTED else "plan"]


async def test_without_credit_nothing_is_bought(place: Place) -> None:
    place.provider.account().credits = 0.0
    with pytest.raises(ProviderError) as caught:
        await place.account.create(await place.draft("web-77"))
    assert caught.value.trouble is Trouble.NO_CREDIT
    assert not caught.value.may_have_happened
    assert not place.provider.has("web-77")


async def test_servers_are_stopped_started_and_restarted(place: Place) -> None:
    server_id = place.id_of("web-server-01")
    steps = [
        (place.account.stop, "stopping", "stopped"),
        (place.account.start, "starting", "active"),
        (place.account.reboot, "rebooting", "active"),
    ]
    for act, under_way, settled in steps:
        told = await act(server_id)
        assert told.status == (under_way if place.dialect is Dialect.DOCUMENTED else None)
        assert told.message
        assert (await place.account.server(server_id)).status == under_way
        place.provider.clock.move(seconds=10)
        assert (await place.account.server(server_id)).status == settled


async def test_starting_what_runs_is_refused_in_words(place: Place) -> None:
    with pytest.raises(ProviderError) as caught:
        await place.account.start(place.id_of("web-server-01"))
    assert caught.value.trouble is Trouble.REFUSED
    assert caught.value.words


async def test_a_deleted_server_is_gone(place: Place) -> None:
    server_id = place.id_of("web-server-01")
    await place.account.delete(server_id)
    for ask in (place.account.server, place.account.delete):
        with pytest.raises(ProviderError) as caught:
            await ask(server_id)
        assert caught.value.trouble is Trouble.NOT_FOUND
    assert server_id not in {server.id for server in await place.account.servers()}


async def test_names_and_backups_are_edited_where_the_dialect_can(place: Place) -> None:
    server_id = place.id_of("web-server-01")
    if place.dialect is Dialect.VENDOR:
        for change in (
            place.account.edit(server_id, name="x"),
            place.account.replace(server_id, name="x", hostname="", backups=True),
        ):
            with pytest.raises(ProviderError, match="can't rename"):
                await change
        assert place.provider.calls() == []
        return
    assert (await place.account.edit(server_id, name="web-renamed")).name == "web-renamed"
    replaced = await place.account.replace(server_id, name="web-9", hostname="web9.example.com", backups=True)
    assert (replaced.name, replaced.hostname, replaced.backups) == ("web-9", "web9.example.com", True)


async def test_the_catalogue_can_be_ordered_from(place: Place) -> None:
    plans = await place.account.plans()
    assert plans
    assert all(plan.id and plan.name and plan.memory_mb and plan.price_monthly for plan in plans)
    for offered in (place.account.systems, place.account.locations, place.account.ssh_keys):
        assert bool(await offered()) == (place.dialect is Dialect.VENDOR)


async def test_the_token_says_whose_it_is(place: Place) -> None:
    me = await place.account.me()
    assert (me.email, me.permissions) == ("ops@example.com", ("*:*",))


async def test_a_revoked_token_is_told_from_a_narrow_one(place: Place) -> None:
    place.provider.add_token("vps_read-only-token", permissions=["servers:read"])
    reader = place.clients.client(place.provider.url).account("vps_read-only-token", place.dialect)
    assert len(await reader.servers()) == 12
    with pytest.raises(ProviderError) as caught:
        await reader.delete(place.id_of("web-server-01"))
    assert caught.value.trouble is Trouble.FORBIDDEN
    place.provider.revoke(place.provider.token)
    with pytest.raises(ProviderError) as caught:
        await place.account.me()
    assert caught.value.trouble is Trouble.UNAUTHORIZED


@pytest.mark.parametrize("fleet", ["default", "empty"])
async def test_the_dialect_is_found_out(fleet: str, place: Place) -> None:
    place.provider.add_account("vps_another-account", fleet=fleet, dialect=place.dialect.value)
    client = place.clients.client(place.provider.url)
    assert await client.detect("vps_another-account") is place.dialect
    with pytest.raises(ProviderError) as caught:
        await client.detect("vps_nobodys-token")
    assert caught.value.trouble is Trouble.UNAUTHORIZED


async def test_the_dialect_is_found_out_with_a_token_that_may_not_list(place: Place) -> None:
    place.provider.add_token("vps_narrow-token", permissions=["snapshots:read"])
    assert await place.clients.client(place.provider.url).detect("vps_narrow-token") is place.dialect


Change = Callable[[Place], Awaitable[object]]


async def _create(place: Place) -> object:
    return await place.account.create(await place.draft("web-77"))


HARM: dict[str, Change] = {
    "create": _create,
    "delete": lambda place: place.account.delete(place.id_of("web-server-01")),
    "stop": lambda place: place.account.stop(place.id_of("web-server-01")),
    "reboot": lambda place: place.account.reboot(place.id_of("web-server-01")),
}
FAULTS: dict[str, tuple[dict[str, object], Trouble]] = {
    "lost reply": ({"kind": "lost_reply"}, Trouble.LOST),
    "closed before": ({"kind": "closed_before"}, Trouble.LOST),
    "late effect": ({"kind": "late_effect", "seconds": 5}, Trouble.LOST),
    "cut and closed": ({"kind": "cut", "abrupt": True}, Trouble.LOST),
    "a server error that did it": ({"kind": "status", "status": 502, "effect": True}, Trouble.UNAVAILABLE),
    "a page that did it": ({"kind": "html", "effect": True}, Trouble.UNREADABLE),
    "a redirect": ({"kind": "redirect"}, Trouble.UNREADABLE),
    "a huge answer": ({"kind": "huge", "bytes": 200_000}, Trouble.UNREADABLE),
    "too many calls": ({"kind": "status", "status": 429, "retry_after": 0}, Trouble.RATE_LIMITED),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("change", HARM)
async def test_a_change_that_fails_was_sent_once(change: str, fault: str, place: Place) -> None:
    armed, trouble = FAULTS[fault]
    if armed["kind"] == "huge" and change == "delete":
        armed, trouble = {"kind": "lost_reply"}, Trouble.LOST
    place.provider.arm({**armed, "match": {"action": change}})
    with pytest.raises(ProviderError) as caught:
        await HARM[change](place)
    place.provider.clock.move(seconds=60)
    [call] = place.provider.calls(action=change)
    assert caught.value.trouble is trouble
    assert caught.value.may_have_happened or not call.effect


async def test_an_empty_200_is_no_answer_where_one_is_due(place: Place) -> None:
    for action, ask in (("list", place.account.servers()), ("create", _create(place))):
        place.provider.fault("empty", effect=True, action=action)
        with pytest.raises(ProviderError) as caught:
            await ask
        assert caught.value.trouble is Trouble.UNREADABLE, action
    assert caught.value.may_have_happened and place.provider.has("web-77")
    assert len(place.provider.calls(action="create")) == 1


async def test_what_comes_too_late_is_lost(place: Place) -> None:
    hasty = place.clients.client(place.provider.url, total_timeout=0.2).account(place.provider.token, place.dialect)
    place.provider.fault("slow", seconds=30, action="reboot")
    with pytest.raises(ProviderError) as caught:
        await hasty.reboot(place.id_of("web-server-01"))
    assert caught.value.trouble is Trouble.LOST
    assert caught.value.may_have_happened


async def test_fifty_megabytes_are_refused_by_the_client_as_it_serves(place: Place) -> None:
    client = place.clients.client(place.provider.url, max_answer=MAX_ANSWER)
    place.provider.fault("huge", bytes=50 * 1024 * 1024, action="list")
    with pytest.raises(ProviderError, match="larger than") as caught:
        await client.account(place.provider.token, place.dialect).servers()
    assert caught.value.trouble is Trouble.UNREADABLE


async def test_a_question_survives_two_failures(place: Place) -> None:
    place.provider.fault("status", status=503, times=1, action="list")
    place.provider.fault("closed_before", times=1, action="list")
    assert len(await place.account.servers()) == 12
    assert len(place.clients.naps) == 2

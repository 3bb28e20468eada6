"""Who may do what at the local VPS.org: tokens, permissions, credits, and accounts that can't see each other."""

from collections.abc import AsyncIterator

import pytest

from .vps_desk import DRAFT, Desk, opened

OTHER = "vps_other_account_token"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened() as desk:
        yield desk


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (None, "Authentication credentials were not provided."),
        ("", "Authentication credentials were not provided."),
        ("Bearer ", "Authentication credentials were not provided."),
        ("Token {token}", "Authentication credentials were not provided."),
        ("{token}", "Authentication credentials were not provided."),
        ("Bearer vps_unknown_token", "Invalid token."),
        ("Bearer {token}x", "Invalid token."),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/servers/"), ("GET", "/plans/"), ("GET", "/account/me/")])
async def test_no_or_a_wrong_token_is_401(desk: Desk, header: str | None, says: str, method: str, path: str) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=desk.vps.token)}
    got = await desk.call(method, path, token=None, headers=headers)
    assert (got.status, got.body) == (401, {"detail": says})
    assert got.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_token_is_401_and_the_accounts_other_one_is_not(desk: Desk) -> None:
    desk.vps.add_token(OTHER)
    assert (await desk.call("GET", "/account/me/", token=OTHER)).fields["token"] == {
        "name": "token-2",
        "permissions": ["*:*"],
    }
    desk.vps.revoke(desk.vps.token)
    assert (await desk.call("GET", "/servers/")).status == 401
    assert (await desk.call("GET", "/servers/", token=OTHER)).status == 200


READS = [("GET", "/servers/"), ("GET", "/servers/12345/")]
WRITES = [
    ("POST", "/servers/"),
    ("PUT", "/servers/12345/"),
    ("PATCH", "/servers/12345/"),
    ("POST", "/servers/12345/start/"),
    ("POST", "/servers/12345/stop/"),
    ("POST", "/servers/12345/reboot/"),
    ("DELETE", "/servers/12345/"),
]


@pytest.mark.parametrize(
    ("permissions", "reads", "writes"),
    [
        (["*:*"], True, True),
        (["servers:*"], True, True),
        (["servers:read", "servers:write"], True, True),
        (["*:read"], True, False),
        (["servers:read"], True, False),
        (["servers:write"], False, True),
        (["backups:*"], False, False),
        (["servers"], False, False),
        ([], False, False),
    ],
)
async def test_permissions(desk: Desk, permissions: list[str], reads: bool, writes: bool) -> None:
    desk.vps.add_token(OTHER, permissions=permissions)
    desk.vps.add_server(id=12345)
    for calls, allowed in ((READS, reads), (WRITES, writes)):
        for method, path in calls:
            got = await desk.call(method, path, token=OTHER)
            assert (got.status != 403) is allowed, (method, path)
            if not allowed:
                assert got.body == {"detail": "You do not have permission to perform this action."}
    assert desk.vps.has(12345) is not writes
    assert (await desk.call("GET", "/account/me/", token=OTHER)).status == 200
    assert (await desk.call("GET", "/plans/", token=OTHER)).status == 200


async def test_credits_that_are_short_are_402_and_buy_nothing(desk: Desk) -> None:
    desk.vps.account().credits = 39.99
    assert (await desk.call("POST", "/servers/", json=DRAFT)).status == 201  # 20 dollars
    got = await desk.call("POST", "/servers/", json=DRAFT)
    assert (got.status, got.body) == (
        402,
        {"detail": "Insufficient credits. Please add funds to your account."},
    )
    assert len(desk.vps.servers()) == 1
    assert desk.vps.account().credits == pytest.approx(19.99)


async def test_credits_that_just_suffice_are_enough(desk: Desk) -> None:
    desk.vps.account().credits = 20
    assert (await desk.call("POST", "/servers/", json=DRAFT)).status == 201
    assert desk.vps.account().credits == 0


async def test_a_wrong_order_is_told_before_credits_are_asked_for(desk: Desk) -> None:
    desk.vps.account().credits = 0
    assert (await desk.call("POST", "/servers/", json={})).status == 400


async def test_accounts_see_and_touch_only_their_own(desk: Desk) -> None:
    desk.vps.add_account(OTHER, email="other@example.com")
    mine, theirs = desk.vps.add_server("mine"), desk.vps.add_server("theirs", token=OTHER)
    assert [row["name"] for row in (await desk.call("GET", "/servers/")).results] == ["mine"]
    assert [row["name"] for row in (await desk.call("GET", "/servers/", token=OTHER)).results] == ["theirs"]
    for method, path in WRITES + READS[1:]:
        if path != "/servers/":
            got = await desk.call(method, path.replace("12345", str(theirs.id)))
            assert (got.status, got.body) == (404, {"detail": "Not found."})
    assert desk.vps.server("theirs") == theirs
    assert desk.vps.server("mine") == mine


async def test_two_accounts_may_have_the_same_id(desk: Desk) -> None:
    desk.vps.add_account(OTHER)
    desk.vps.add_server("mine", id=7)
    desk.vps.add_server("theirs", id=7, token=OTHER)
    assert (await desk.call("DELETE", "/servers/7/", token=OTHER)).status == 204
    assert [server.name for server in desk.vps.servers()] == ["mine"]
    assert desk.vps.servers(OTHER) == []


async def test_two_default_fleets_share_no_id(desk: Desk) -> None:
    desk.vps.add_account(OTHER, fleet="default")
    desk.vps.add_account(OTHER + "2", fleet="default")
    ids = [server.id for token in (OTHER, OTHER + "2") for server in desk.vps.servers(token)]
    assert len(set(ids)) == 24


async def test_a_new_server_takes_no_id_in_use(desk: Desk) -> None:
    desk.vps.add_server("taken", id=12346)
    assert [desk.vps.add_server().id for _ in range(3)] == [12345, 12347, 12348]


@pytest.mark.parametrize(
    ("token", "options", "says"),
    [
        ("xoxb-1", {}, "starts with vps_"),
        ("vps_local_0123456789abcdef", {}, "in use"),
        (OTHER, {"dialect": "french"}, "dialect"),
        (OTHER, {"fleet": "huge"}, "fleet"),
    ],
)
def test_accounts_that_cannot_be(desk: Desk, token: str, options: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        desk.vps.add_account(token, **options)  # type: ignore[arg-type]

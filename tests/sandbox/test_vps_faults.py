"""Every kind of fault of the local VPS.org: whom it meets, what it does to the call, what becomes of the work."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from .vps_desk import REBOOT, Desk, with_two_servers


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with with_two_servers() as desk:
        yield desk


OTHER = "vps_other_account_token"


@pytest.mark.parametrize(
    ("options", "status", "body", "headers"),
    [
        ({}, 500, {"detail": "Internal Server Error."}, {"Content-Type": "application/json"}),
        ({"status": 503}, 503, {"detail": "Service Unavailable."}, {}),
        ({"status": 429, "retry_after": 7}, 429, {"detail": "Too Many Requests."}, {"Retry-After": "7"}),
        (
            {"status": 429, "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"},
            429,
            {"detail": "Too Many Requests."},
            {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"},
        ),
        ({"status": 400, "body": {"name": ["Taken."]}}, 400, {"name": ["Taken."]}, {}),
        ({"status": 502, "body": "<h1>Bad</h1>"}, 502, "<h1>Bad</h1>", {"Content-Type": "text/html"}),
        ({"status": 418, "headers": {"X-Pot": "tea"}}, 418, {"detail": "I'm a Teapot."}, {"X-Pot": "tea"}),
        ({"status": 204, "body": ""}, 204, None, {}),
        (
            {"status": 500, "body": "oops", "headers": {"content-type": "text/plain"}},
            500,
            "oops",
            {"Content-Type": "text/plain"},
        ),
        ({"status": 599, "body": {}}, 599, {}, {}),
    ],
)
async def test_status(
    desk: Desk, options: dict[str, object], status: int, body: object, headers: dict[str, str]
) -> None:
    desk.vps.fault("status", **options)  # type: ignore[arg-type]
    got = await desk.call("POST", REBOOT)
    assert (got.status, got.body) == (status, body)
    for name, value in headers.items():
        assert got.headers[name].split(";")[0] == value.split(";")[0]
    assert desk.vps.server(12345).status == "active"


@pytest.mark.parametrize(
    ("kind", "options", "done"),
    [
        ("closed_before", {}, False),
        ("lost_reply", {}, True),
        ("late_effect", {"seconds": 30}, False),
        ("hang", {"seconds": 0}, False),
        ("hang", {"seconds": 0, "effect": True}, True),
    ],
)
async def test_the_connection_really_closes_without_a_byte(
    desk: Desk, kind: str, options: dict[str, object], done: bool
) -> None:
    desk.vps.fault(kind, **options)  # type: ignore[arg-type]
    host = urlsplit(desk.vps.url).netloc
    reader, writer = await asyncio.open_connection(*host.split(":"))
    head = f"POST /api/v1{REBOOT} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {desk.vps.token}\r\n"
    writer.write(f"{head}Content-Length: 0\r\n\r\n".encode())
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
    assert desk.vps.server(12345).status == ("rebooting" if done else "active")
    [call] = desk.vps.calls()
    assert (call.action, call.server, call.status, call.effect, call.fault) == ("reboot", "12345", None, done, kind)


@pytest.mark.parametrize(("kind", "effect"), [("hang", False), ("slow", True)])
async def test_who_waits_is_released_when_the_server_shuts_down(desk: Desk, kind: str, effect: bool) -> None:
    desk.vps.fault(kind, seconds=3600)
    waiting = asyncio.create_task(desk.is_lost("POST", REBOOT))
    async with asyncio.timeout(10):
        while not desk.vps.calls():
            await desk.control("GET", "/calls")
        assert desk.vps.calls()[0].effect is effect
        assert not waiting.done()
        await desk.vps.stop()
        assert await waiting


async def test_a_slow_answer_comes(desk: Desk) -> None:
    desk.vps.fault("slow", seconds=0.05)
    begun = asyncio.get_running_loop().time()
    assert (await desk.call("POST", REBOOT)).status == 200
    assert asyncio.get_running_loop().time() - begun >= 0.05
    assert desk.vps.calls()[0].fault == "slow"


async def test_slow_goes_together_with_another(desk: Desk) -> None:
    desk.vps.fault("slow", seconds=0)
    desk.vps.fault("status", status=503)
    assert (await desk.call("POST", REBOOT)).status == 503
    assert desk.vps.calls()[0].fault == "status+slow"


@pytest.mark.parametrize(
    ("kind", "options", "status", "done"),
    [
        ("html", {}, 200, False),
        ("html", {"status": 502, "effect": True}, 502, True),
        ("empty", {}, 200, True),
        ("empty", {"effect": False}, 200, False),
        ("redirect", {"location": "http://evil.example/x"}, 302, False),
        ("redirect", {"status": 307, "effect": True}, 307, True),
        ("status", {"status": 504, "effect": True}, 504, True),
        ("cut", {}, 200, True),
    ],
)
async def test_whether_the_work_is_done(
    desk: Desk, kind: str, options: dict[str, object], status: int, done: bool
) -> None:
    desk.vps.fault(kind, **options)  # type: ignore[arg-type]
    got = await desk.status("POST", REBOOT)
    [call] = desk.vps.calls()
    assert got == call.status == status
    assert call.effect is done
    assert desk.vps.server(12345).status == ("rebooting" if done else "active")


async def test_html_is_a_page(desk: Desk) -> None:
    desk.vps.fault("html", status=502)
    got = await desk.call("GET", "/servers/")
    assert got.headers["Content-Type"].startswith("text/html")
    assert "<h1>Bad Gateway</h1>" in str(got.body)


async def test_empty_has_no_body(desk: Desk) -> None:
    desk.vps.fault("empty")
    got = await desk.call("GET", "/servers/")
    assert (got.status, got.body, got.headers["Content-Length"]) == (200, None, "0")


async def test_redirect_leads_elsewhere(desk: Desk) -> None:
    desk.vps.fault("redirect", location="http://evil.example/x")
    assert (await desk.call("GET", "/servers/")).headers["Location"] == "http://evil.example/x"


@pytest.mark.parametrize(("method", "path"), [("GET", "/servers/"), ("DELETE", "/servers/12345/")])
async def test_cut_is_half_a_body(desk: Desk, method: str, path: str) -> None:
    desk.vps.fault("cut")
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        await desk.call(method, path)


async def test_cut_is_half_of_the_true_answer(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {desk.vps.token}"}
    texts = []
    for _ in range(2):
        async with desk.session.get(f"{desk.vps.url}/servers/", headers=headers) as answer:
            texts.append(await answer.text())
        desk.vps.fault("cut")
    assert texts[1] == texts[0][: len(texts[0]) // 2]


async def test_cut_may_end_abruptly(desk: Desk) -> None:
    desk.vps.fault("cut", abrupt=True)
    with pytest.raises(aiohttp.ClientPayloadError):
        await desk.call("GET", "/servers/")


@pytest.mark.parametrize("size", [0, 10_000, 300_000])
async def test_huge_is_the_answer_and_much_white_space(desk: Desk, size: int) -> None:
    plain = (await desk.call("GET", "/servers/12345/")).body
    desk.vps.fault("huge", bytes=size)
    headers = {"Authorization": f"Bearer {desk.vps.token}"}
    async with desk.session.get(f"{desk.vps.url}/servers/12345/", headers=headers) as answer:
        text = await answer.text()
        assert len(text) >= size
        assert (len(text) == size) is (size > 0)
        assert await answer.json() == plain


async def test_huge_has_a_body_where_the_answer_has_none(desk: Desk) -> None:
    desk.vps.fault("huge", bytes=5_000)
    got = await desk.call("DELETE", "/servers/12345/")
    assert (got.status, got.body) == (200, {})
    assert not desk.vps.has(12345)


async def test_who_leaves_a_huge_answer_harms_nobody(desk: Desk) -> None:
    desk.vps.fault("huge", bytes=200_000_000, times=1)
    headers = {"Authorization": f"Bearer {desk.vps.token}"}
    async with desk.session.get(f"{desk.vps.url}/servers/", headers=headers) as answer:
        await answer.content.readexactly(10)
        answer.close()
    assert (await desk.call("GET", "/servers/")).status == 200


@pytest.mark.parametrize(
    ("match", "meets"),
    [
        ({}, "list show1 show2 reboot1 plans other"),
        ({"method": "post"}, "reboot1"),
        ({"action": "show"}, "show1 show2"),
        ({"action": "reboot"}, "reboot1"),
        ({"path": "/servers/12345/"}, "show1 reboot1"),
        ({"path": "/api/v1/servers/12345/"}, "show1 reboot1"),
        ({"path": "^/servers/$"}, "list other"),
        ({"path": "^/api/v1/servers/[0-9]+/$"}, "show1 show2"),
        ({"path": "^.*reboot"}, "reboot1"),
        ({"server": "web-1"}, "show1 reboot1"),
        ({"server": 12346}, "show2"),
        ({"token": OTHER}, "other"),
        ({"action": "show", "server": "web-2"}, "show2"),
        ({"action": "plans", "method": "POST"}, ""),
    ],
)
async def test_whom_a_fault_meets(desk: Desk, match: dict[str, str], meets: str) -> None:
    desk.vps.add_account(OTHER)
    desk.vps.fault("status", status=503, **match)  # type: ignore[arg-type]
    calls = {
        "list": ("GET", "/servers/", ""),
        "show1": ("GET", "/servers/12345/", ""),
        "show2": ("GET", "/servers/12346/", ""),
        "reboot1": ("POST", REBOOT, ""),
        "plans": ("GET", "/plans/", ""),
        "other": ("GET", "/servers/", OTHER),
    }
    met = [
        name for name, (verb, path, token) in calls.items() if (await desk.call(verb, path, token=token)).status == 503
    ]
    assert met == meets.split()


async def test_times_counts_and_none_lasts_until_cleared(desk: Desk) -> None:
    twice = desk.vps.fault("status", status=503, times=2)
    always = desk.vps.fault("status", status=500)
    statuses = [(await desk.call("GET", "/servers/")).status for _ in range(5)]
    assert statuses == [503, 503, 500, 500, 500]
    assert (twice.struck, always.struck) == (2, 3)
    assert desk.vps.faults() == [always]
    desk.vps.clear_faults()
    assert (await desk.call("GET", "/servers/")).status == 200


async def test_a_fault_meets_a_call_whatever_its_token(desk: Desk) -> None:
    desk.vps.fault("status", status=503, action="list")
    assert (await desk.call("GET", "/servers/", token="vps_unknown_token")).status == 503
    assert (await desk.call("GET", "/servers/12345/", token="vps_unknown_token")).status == 401


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "there is no fault None"),
        ({"kind": "earthquake"}, "there is no fault 'earthquake'"),
        ({"kind": "lost_reply", "seconds": 3}, "lost_reply takes no seconds"),
        ({"kind": "status", "status": 99}, "status can't be 99"),
        ({"kind": "status", "status": True}, "status can't be True"),
        ({"kind": "status", "headers": "X"}, "headers can't be 'X'"),
        ({"kind": "hang", "seconds": -1}, "seconds can't be -1"),
        ({"kind": "hang", "seconds": "1"}, "seconds can't be '1'"),
        ({"kind": "hang", "effect": 1}, "effect can't be 1"),
        ({"kind": "huge", "bytes": 1.5}, "bytes can't be 1.5"),
        ({"kind": "redirect", "location": 3}, "location can't be 3"),
        ({"kind": "empty", "times": 0}, "times is a number above 0"),
        ({"kind": "empty", "times": "1"}, "times is a number above 0"),
        ({"kind": "empty", "times": True}, "times is a number above 0"),
        ({"kind": "empty", "match": {"verb": "x"}}, "match is an object of"),
        ({"kind": "empty", "match": []}, "match is an object of"),
        ({"kind": "empty", "match": {"action": "explode"}}, "there is no action 'explode'"),
        ({"kind": "empty", "match": {"path": "^("}}, "is no regular expression"),
    ],
)
def test_faults_that_cannot_be(desk: Desk, wanted: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("(", r"\(")):
        desk.vps.arm(wanted)
    assert desk.vps.faults() == []


def test_no_token_shows_in_a_fault(desk: Desk) -> None:
    fault = desk.vps.fault("empty", token=desk.vps.token)
    assert desk.vps.token not in repr(fault) + str(fault.as_json())

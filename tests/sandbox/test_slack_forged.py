"""A bot that doesn't verify signatures works all the same, so it has to be asked: with what a forger would send."""

import hmac
import re
import time
from hashlib import sha256

import pytest
from aiohttp import web

from bot.sandbox.slack.forging import OLD, UNSIGNED, WRONG

from .slack_bots import MANIFEST, Got, Reply, manifest
from .slack_stage import Stage, nothing, stage

SILENT = re.sub(r"  slash_commands:\n(    - .*\n)+", "", MANIFEST)


def verifying(s: Stage, *, signature: bool = True, age: bool = True, always: bool = True) -> None:
    """Lets the bot verify: the signature, its age, and either also where there is none (`always`)."""

    async def bot(got: Got) -> Reply:
        timestamp, said = (got.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
        own = hmac.new(s.slack.signing_secret.encode(), f"v0:{timestamp}:".encode() + got.raw, sha256).hexdigest()
        forged = signature and said != f"v0={own}"
        old = age and abs(time.time() - float(timestamp or "0")) > 300
        if (forged or old) and (always or said):
            return web.Response(status=401)
        return web.Response(text=got.data.get("challenge", ""))

    s.bot.handler = bot


@pytest.mark.parametrize("app", [MANIFEST, SILENT], ids=["with commands", "without commands"])
async def test_a_bot_that_verifies_signatures_refuses_what_is_forged(app: str) -> None:
    async with stage(app=manifest(app)) as s:
        verifying(s)
        assert await s.slack.check_signature()
        assert s.slack.problems() == []
        assert len({got.raw for got in s.bot.got}) == 1, "one request, three times"
        assert s.bot.got[0].data.get("type" if app == SILENT else "command") in ("url_verification", "/echo")
        assert await s.slack.verify_url(), "and takes what is not"


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_what_is_no_refusal_proves_nothing(status: int) -> None:
    async with stage() as s:

        async def bot(got: Got) -> Reply:
            return web.Response(status=status)

        s.bot.handler = bot
        assert not await s.slack.check_signature()
        assert all(row.problems for row in s.slack.deliveries("forged"))
        s.slack.forget_problems()


LAX: list[tuple[str, dict[str, bool], list[str]]] = [
    ("a bot that verifies nothing", {"signature": False, "age": False}, [UNSIGNED, WRONG, OLD]),
    ("a bot that verifies no signature but its age", {"signature": False}, [WRONG]),
    ("a bot that takes an old signature", {"age": False}, [OLD]),
    ("a bot that verifies only signatures that are there", {"always": False}, [UNSIGNED]),
]


@pytest.mark.parametrize(("what", "how", "taken"), LAX, ids=[what for what, *_ in LAX])
async def test_a_bot_that_takes_what_is_forged_is_found_out(what: str, how: dict[str, bool], taken: list[str]) -> None:
    async with stage() as s:
        verifying(s, **how)
        assert not await s.slack.check_signature()
        rows = s.slack.deliveries("forged")
        assert [row.name for row in rows] == [UNSIGNED, WRONG, OLD]
        assert [row.name for row in rows if row.problems] == taken
        assert all("answered with 200" in problem for problem in s.slack.problems())


async def test_a_bot_that_is_not_there_has_refused_nothing() -> None:
    async with stage(nothing) as s:
        await s.bot.stop()
        assert not await s.slack.check_signature()
        assert len(s.slack.problems()) == 3

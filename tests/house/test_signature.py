"""Slack's signature: the vector of its documentation, and side by side with slack_sdk's own check."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import NoReturn, cast

import pytest
from aiohttp import ClientSession, web
from hypothesis import example, given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from bot.slack.incoming import Incoming
from bot.slack.surface import MAX_AGE, MAX_BODY, Surface

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TIMESTAMP = 1531420618
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def a_surface(now: float = TIMESTAMP) -> Surface:
    """The way in, at a moment; nothing that is refused may come further."""

    async def dispatch(_incoming: Incoming) -> NoReturn:
        raise AssertionError("it came through")

    async def authorize(_team: str, _enterprise: str) -> None:
        return None

    return Surface(
        SECRET,
        dispatch=dispatch,
        authorize=authorize,
        clock=lambda: datetime.fromtimestamp(now, UTC),
        ready=lambda: True,
    )


def test_the_known_vector_is_good() -> None:
    assert a_surface()._signed(BODY, str(TIMESTAMP), SIGNATURE)


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "another body": (BODY + b"&", str(TIMESTAMP), SIGNATURE),
    "no body": (b"", str(TIMESTAMP), SIGNATURE),
    "another time": (BODY, str(TIMESTAMP + 1), SIGNATURE),
    "no time": (BODY, "", SIGNATURE),
    "a time that is none": (BODY, "abc", SIGNATURE),
    "a time in other digits": (BODY, "١٥٣١٤٢٠٦١٨", SIGNATURE),
    "a time in small digits, which is no number": (BODY, "²²", SIGNATURE),
    "a time with a sign": (BODY, f"+{TIMESTAMP}", SIGNATURE),
    "a time with a space": (BODY, f" {TIMESTAMP}", SIGNATURE),
    "a time of a thousand digits": (BODY, "1" * 1000, SIGNATURE),
    "no signature": (BODY, str(TIMESTAMP), ""),
    "another version of it": (BODY, str(TIMESTAMP), SIGNATURE.replace("v0", "v1")),
    "half of it": (BODY, str(TIMESTAMP), SIGNATURE[:-1]),
    "in capitals": (BODY, str(TIMESTAMP), SIGNATURE.upper()),
    "in letters that aren't": (BODY, str(TIMESTAMP), "v0=ü🦄"),
    "in half a letter": (BODY, str(TIMESTAMP), "v0=\udcff"),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_refused(sentence: str) -> None:
    assert not a_surface()._signed(*REFUSED[sentence])


@pytest.mark.parametrize(
    ("later", "good"), [(0, True), (MAX_AGE, True), (-MAX_AGE, True), (MAX_AGE + 1, False), (-MAX_AGE - 1, False)]
)
def test_a_signature_holds_five_minutes(later: int, good: bool) -> None:
    assert a_surface(TIMESTAMP + later)._signed(BODY, str(TIMESTAMP), SIGNATURE) is good


HEX = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda digits: f"v0={digits}")


@given(
    body=st.text(max_size=200),
    timestamp=st.integers(0, 10**11),
    late=st.integers(-400, 400),
    forged=st.none() | HEX | st.text(max_size=70),
)
@example(body="", timestamp=TIMESTAMP, late=300, forged=None)
@example(body="", timestamp=TIMESTAMP, late=301, forged=None)
@example(body="ü", timestamp=0, late=0, forged=None)
def test_we_say_what_slack_sdk_says(body: str, timestamp: int, late: int, forged: str | None) -> None:
    now = timestamp + late
    theirs = SignatureVerifier(SECRET, clock=cast(Clock, SimpleNamespace(now=lambda: now)))
    made = theirs.generate_signature(timestamp=str(timestamp), body=body)
    assert made is not None
    signature = made if forged is None else forged
    if now < 0 or not signature.isascii():
        return  # their clock knows no such time, and compare_digest takes no such text
    said = theirs.is_valid(body=body, timestamp=str(timestamp), signature=signature)
    assert a_surface(now)._signed(body.encode(), str(timestamp), signature) is said


async def test_over_http_strangers_get_401_and_broken_bodies_400() -> None:
    application = web.Application(client_max_size=MAX_BODY)
    application.add_routes([web.post("/slack/events", a_surface().post)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}/slack/events".format(*runner.addresses[0][:2])
    signed = SignatureVerifier(SECRET)

    async def status(body: bytes, signature: str | None, kind: str = "application/x-www-form-urlencoded") -> int:
        headers = {"X-Slack-Request-Timestamp": str(TIMESTAMP), "Content-Type": kind}
        headers |= {"X-Slack-Signature": signature} if signature is not None else {}
        async with (
            ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return answer.status

    def right(body: str) -> str:
        return str(signed.generate_signature(timestamp=str(TIMESTAMP), body=body))

    try:
        assert await status(BODY, None) == 401
        assert await status(BODY, SIGNATURE[:-1] + "0") == 401
        assert await status(b"\xff\xfe", "v0=0") == 401, "checked before it is decoded"
        assert await status(b"{", right("{"), "application/json") == 400
        assert await status(b"[1]", right("[1]"), "application/json") == 400
        assert await status(b"payload=%7B", right("payload=%7B")) == 400
        assert await status(b"ssl_check=1&token=x", None) == 200
        assert await status(b"x" * (MAX_BODY + 1), None) == 413
    finally:
        await runner.cleanup()

"""A read is tried again when the failure passes by itself, not for ever, and not sooner than the provider asked."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.vps.answers import retry_after
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble
from bot.vps.retry import BUDGET, LONGEST_PAUSE, TRIES, pause_before_next

from .conftest import Clients
from .raw_provider import RawProvider, Slam, Step, answer, closes, html, resets
from .samples import ME, PLAN, READS, WEB, page

GOOD = {"servers": page(WEB), "server": WEB, "plans": page(PLAN), "me": ME}
PASSING: dict[str, Step] = {
    "server error": answer(500),
    "bad gateway, as a page": html(502),
    "maintenance": answer(503),
    "closed without a word": closes,
    "reset": resets,
    "closed before it could be sent": Slam.CLOSED,
    "too many calls": answer(429),
    "too many calls, two seconds": answer(429, retry_after="2"),
}
LASTING: dict[str, Step] = {
    "no token": answer(401),
    "no such server": answer(404),
    "invalid": answer(400),
    "a page": html(200),
    "half a JSON": answer(200, b"{"),
    "too many calls, a minute": answer(429, retry_after="60"),
}


@pytest.mark.parametrize("failure", PASSING)
@pytest.mark.parametrize("read", READS)
async def test_what_passes_is_tried_again(
    read: str, failure: str, account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    provider.says(PASSING[failure], answer(200, GOOD[read]))
    await READS[read](account)
    assert len(clients.naps) == 1
    assert {heard.headers["x-request-id"] for heard in provider.heard} == {"call-1"}


@pytest.mark.parametrize("failure", PASSING)
async def test_but_three_times_at_most(
    failure: str, account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    provider.says(PASSING[failure])
    with pytest.raises(ProviderError):
        await account.servers()
    assert provider.connections <= TRIES
    assert len(clients.naps) == TRIES - 1
    if PASSING[failure] is not Slam.CLOSED:
        assert len(provider.heard) == TRIES


@pytest.mark.parametrize("failure", LASTING)
async def test_what_lasts_is_told_at_once(
    failure: str, account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    provider.says(LASTING[failure])
    with pytest.raises(ProviderError):
        await account.servers()
    assert (len(provider.heard), clients.naps) == (1, [])


async def test_a_short_retry_after_is_kept_to(
    account: ProviderAccount, clients: Clients, provider: RawProvider
) -> None:
    provider.says(answer(429, retry_after="2"), answer(200, page()))
    await account.servers()
    assert clients.naps == [2.0]


async def test_a_long_retry_after_is_left_to_the_caller(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(429, {"detail": "Slow down"}, retry_after="60"))
    with pytest.raises(ProviderError) as caught:
        await account.servers()
    assert (caught.value.retry_after, caught.value.words) == (60.0, "Slow down")


@pytest.mark.parametrize(
    ("sentence", "trouble", "tries", "elapsed", "asked", "pause"),
    [
        ("first pause", Trouble.UNAVAILABLE, 1, 0.0, None, 0.5),
        ("then twice that", Trouble.LOST, 2, 0.6, None, 1.0),
        ("three tries are enough", Trouble.UNREACHABLE, 3, 2.0, None, None),
        ("a slow provider is not asked again after eight seconds", Trouble.LOST, 1, BUDGET - 0.4, None, None),
        ("the provider's own pause counts", Trouble.RATE_LIMITED, 1, 0.0, 3.0, 3.0),
        ("but never a shorter one than ours", Trouble.RATE_LIMITED, 1, 0.0, 0.0, 0.5),
        ("nor a longer one than people wait", Trouble.RATE_LIMITED, 1, 0.0, LONGEST_PAUSE + 1, None),
        ("nor one that ends too late", Trouble.UNAVAILABLE, 2, 5.0, 4.0, None),
        ("a refusal stays one", Trouble.REFUSED, 1, 0.0, None, None),
        ("so does nonsense", Trouble.UNREADABLE, 1, 0.0, None, None),
    ],
)
def test_the_policy(
    sentence: str, trouble: Trouble, tries: int, elapsed: float, asked: float | None, pause: float | None
) -> None:
    error = ProviderError(trouble, retry_after=asked)
    assert pause_before_next(error, tries=tries, elapsed=elapsed, chance=0.0) == pause, sentence


def test_pauses_are_spread() -> None:
    error = ProviderError(Trouble.UNAVAILABLE)
    assert pause_before_next(error, tries=1, elapsed=0.0, chance=0.5) == 0.375


def test_retry_after_as_a_date_is_measured_by_the_providers_own_clock() -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert retry_after({"date": date, "retry-after": "Wed, 21 Oct 2015 07:28:04 GMT"}) == 4.0
    assert retry_after({"date": date, "retry-after": "Wed, 21 Oct 2015 07:00:00 GMT"}) == 0.0


def test_retry_after_as_a_date_without_a_clock() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    found = retry_after({"retry-after": soon})
    assert found is not None
    assert 90 < found <= 100


@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf", "1e9", "٣", "Wed, 99 Oct 2015 07:28:04 GMT"])
def test_a_retry_after_that_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None

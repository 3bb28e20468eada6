"""When the morning's look is due: weekdays, zones, and the two nights on which the clock jumps."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.digests import Digest, digest_of, next_weekday, read_time, too_late, with_digest

# In Berlin the clock jumps from 2:00 to 3:00 on 2027-03-28 and back from 3:00 to 2:00 on 2026-10-25, both Sundays;
# in Amman and Cairo it did so on weekdays: 2027-04-30 (Friday) from 0:00 to 1:00 in Cairo.
DUE: dict[str, tuple[time, str, datetime, datetime]] = {
    "later today": (
        time(8, 30),
        "UTC",
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    ),
    "this very moment is over": (
        time(8, 30),
        "UTC",
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
    ),
    "after Friday comes Monday": (
        time(8, 30),
        "UTC",
        datetime(2026, 11, 27, 9, tzinfo=UTC),
        datetime(2026, 11, 30, 8, 30, tzinfo=UTC),
    ),
    "on a Saturday, Monday": (
        time(8, 30),
        "UTC",
        datetime(2026, 11, 28, 7, tzinfo=UTC),
        datetime(2026, 11, 30, 8, 30, tzinfo=UTC),
    ),
    "in winter": (
        time(8, 30),
        "Europe/Berlin",
        datetime(2026, 11, 23, 7, tzinfo=UTC),
        datetime(2026, 11, 23, 7, 30, tzinfo=UTC),
    ),
    "in summer": (
        time(8, 30),
        "Europe/Berlin",
        datetime(2026, 7, 6, 6, tzinfo=UTC),
        datetime(2026, 7, 6, 6, 30, tzinfo=UTC),
    ),
    "over the change to summer time it stays half past eight": (
        time(8, 30),
        "Europe/Berlin",
        datetime(2027, 3, 26, 7, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 6, 30, tzinfo=UTC),
    ),
    "over the change to winter time, too": (
        time(8, 30),
        "Europe/Berlin",
        datetime(2026, 10, 23, 6, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 7, 30, tzinfo=UTC),
    ),
    "Monday has begun in Auckland": (
        time(8, 30),
        "Pacific/Auckland",
        datetime(2026, 11, 22, 12, tzinfo=UTC),
        datetime(2026, 11, 22, 19, 30, tzinfo=UTC),
    ),
    "it is still Friday in Honolulu": (
        time(17, 0),
        "Pacific/Honolulu",
        datetime(2026, 11, 28, 2, tzinfo=UTC),
        datetime(2026, 11, 28, 3, tzinfo=UTC),
    ),
    "a zone that is gone counts as UTC": (
        time(8, 30),
        "Mars/Olympus",
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    ),
    "a time that summer time leaves out comes an hour later by the clock": (
        time(0, 30),
        "Africa/Cairo",
        datetime(2027, 4, 29, 12, tzinfo=UTC),
        datetime(2027, 4, 29, 22, 30, tzinfo=UTC),
    ),
    "a time that comes twice is the first one, and not both": (
        time(23, 30),
        "Africa/Cairo",
        datetime(2026, 10, 29, 20, 30, tzinfo=UTC),
        datetime(2026, 10, 30, 21, 30, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize("sentence", DUE)
def test_the_next_weekday(sentence: str) -> None:
    at, zone, after, expected = DUE[sentence]
    assert next_weekday(Digest(at, zone, "U0ADA"), after) == expected


def test_a_year_of_mornings_has_each_weekday_once() -> None:
    digest, now = Digest(time(8, 30), "Europe/Berlin", "U0ADA"), datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    while now.year == 2026:
        now = next_weekday(digest, now)
        days.append(now.date())
    assert len(days) == len(set(days)) == 262 and all(day.weekday() < 5 for day in days)


@pytest.mark.parametrize(
    ("typed", "at"),
    [("08:30", time(8, 30)), ("8:30", time(8, 30)), ("00:00", time(0)), ("23:59", time(23, 59)), ("24:00", None)]
    + [(typed, None) for typed in ("8", "8:5", "12:60", "8.30", "08:30pm", "٠٨:٣٠", "-8:30", "", "noon", "08:30:00")],
)
def test_times_of_day(typed: str, at: time | None) -> None:
    assert read_time(typed) == at


def test_it_is_kept_among_the_settings() -> None:
    digest = Digest(time(8, 30), "Europe/Berlin", "U0ADA")
    kept = with_digest({"policy": {}}, digest)
    assert digest_of(kept) == digest and kept["policy"] == {}
    assert with_digest(kept, None) == {"policy": {}}
    assert digest_of({}) is digest_of({"digest": "08:30"}) is digest_of({"digest": {"at": "x"}}) is None


def test_an_hour_late_is_still_in_time() -> None:
    due = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert not too_late(due, due + timedelta(hours=1))
    assert too_late(due, due + timedelta(hours=1, seconds=1))

"""Days as people type them, when an owner is asked, and what thirty days more are."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.notes import Note, Notes, asked_at, kept, lived, read_until
from bot.domain.zones import day_in, moment_in, zone_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2026-11-24", date(2026, 11, 24)),
        ("30d", date(2026, 12, 23)),
        ("2w", date(2026, 12, 7)),
        ("2026-11-23", None),
        ("2026-11-22", None),
        ("2027-02-29", None),
        ("2027-13-01", None),
        ("31.01.2027", None),
        ("tomorrow", None),
        ("", None),
        ("2037-01-01", None),
        ("9999-12-31", None),
        ("9999w", None),
        ("-30d", None),
        ("٢٠٢٧-01-31", None),
    ],
)
def test_days_to_come(typed: str, day: date | None) -> None:
    assert read_until(typed, TODAY) == day


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Berlin", datetime(2027, 1, 31, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 1, 31, 14, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2027, 1, 31, 3, 30, tzinfo=UTC)),
        ("", datetime(2027, 1, 31, 9, tzinfo=UTC)),
        ("Mars/Olympus", datetime(2027, 1, 31, 9, tzinfo=UTC)),
    ],
)
def test_the_owner_is_asked_in_the_morning_of_who_wrote_the_day(zone: str, at: datetime) -> None:
    assert asked_at(date(2027, 1, 31), zone) == at


@pytest.mark.parametrize(
    ("zone", "now", "days", "day"),
    [
        ("", datetime(2026, 11, 23, 9, tzinfo=UTC), 1, date(2026, 11, 24)),
        ("", datetime(2026, 11, 23, 9, 1, tzinfo=UTC), 1, date(2026, 11, 25)),
        ("", datetime(2026, 11, 23, 23, tzinfo=UTC), 7, date(2026, 12, 1)),
        ("Pacific/Auckland", datetime(2026, 11, 23, 17, tzinfo=UTC), 1, date(2026, 11, 25)),
        ("America/Los_Angeles", datetime(2026, 11, 24, 4, tzinfo=UTC), 1, date(2026, 11, 25)),
        ("America/Los_Angeles", datetime(2026, 11, 24, 14, tzinfo=UTC), 1, date(2026, 11, 25)),
        ("Europe/Berlin", datetime(2027, 3, 27, 7, 30, tzinfo=UTC), 1, date(2027, 3, 29)),
    ],
)
def test_each_day_of_a_life_has_24_hours(zone: str, now: datetime, days: int, day: date) -> None:
    assert lived(days, now, zone) == day
    assert now + timedelta(days=days) <= asked_at(day, zone) < now + timedelta(days=days + 1, hours=1)


@pytest.mark.parametrize(
    ("until", "longer"),
    [(TODAY, date(2026, 12, 23)), (date(2026, 11, 1), date(2026, 12, 23)), (date(2026, 12, 1), date(2026, 12, 31))],
)
def test_thirty_days_more_are_so_from_the_later_of_the_day_and_today(until: date, longer: date) -> None:
    assert kept(Note("1", "web-1", until=until), TODAY).until == longer


def test_notes_are_equal_when_they_say_the_same() -> None:
    one, other = Note("1", "web-1", "U0OLGA"), Note("2", "web-2", text="spare")
    assert Notes([one, other]) == Notes([other, one]) and hash(Notes([one, other])) == hash(Notes([other, one]))
    assert Notes([one]) != Notes([other]) and Notes([one]) != "notes"
    assert Notes([one]).of("1") is one and Notes([one]).of("2") is None


@pytest.mark.parametrize("name", ["", "Berlin", "../etc/passwd", "Europe", "Europe/Berlin\0", "x" * 5000, "/etc"])
def test_what_is_no_zone(name: str) -> None:
    assert zone_of(name) is None


def test_a_day_begins_where_one_is() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert (day_in(late, "Europe/Berlin"), day_in(late, ""), day_in(late, "America/New_York")) == (
        TODAY + timedelta(days=1),
        TODAY,
        TODAY,
    )
    assert moment_in(TODAY, time(0, 30), "Europe/Berlin") == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

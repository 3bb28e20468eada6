"""What people type for a time, and which moments it means, also where clocks are set forward and back."""

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.operations import Kind
from bot.domain.schedules import (
    Every,
    Trouble,
    Typed,
    When,
    Wrong,
    following,
    is_zone,
    moment_of,
    next_time,
    next_times,
    read,
)

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin


def plan(text: str, account: str = BERLIN, **options: str) -> Typed | Wrong:
    return read(text.split(), options, account, NOW)


@pytest.mark.parametrize(
    ("typed", "means", "next_"),
    [
        ("02:00 reboot web-*", "2026-11-24 02:00", "2026-11-24T01:00"),
        ("9:59 reboot web-*", "2026-11-24 09:59", "2026-11-24T08:59"),
        ("10:00 reboot web-*", "2026-11-24 10:00", "2026-11-24T09:00"),  # it is just that: the next one is meant
        ("10:01 reboot web-*", "2026-11-23 10:01", "2026-11-23T09:01"),
        ("today 23:59 reboot web-*", "2026-11-23 23:59", "2026-11-23T22:59"),
        ("TOMORROW 02:00 reboot web-*", "2026-11-24 02:00", "2026-11-24T01:00"),
        ("tomorrow at 02:00 reboot web-*", "2026-11-24 02:00", "2026-11-24T01:00"),
        ("2026-12-24 02:00 reboot web-*", "2026-12-24 02:00", "2026-12-24T01:00"),
        ("2027-7-1 2:00 reboot web-*", "2027-07-01 02:00", "2027-07-01T00:00"),
        ("every day 02:00 reboot web-*", "every day 02:00", "2026-11-24T01:00"),
        ("every monday 02:00 reboot web-*", "every monday 02:00", "2026-11-30T01:00"),
        ("every Monday at 11:00 reboot web-*", "every monday 11:00", "2026-11-23T10:00"),
        ("every weekday 02:00 reboot web-*", "every weekday 02:00", "2026-11-24T01:00"),
        ("every saturday 02:00 REBOOT web-*", "every saturday 02:00", "2026-11-28T01:00"),
    ],
)
def test_what_is_typed_means_a_time(typed: str, means: str, next_: str) -> None:
    found = plan(typed)
    assert isinstance(found, Typed)
    assert (str(found.when), found.kind, found.servers) == (means, Kind.REBOOT, ("web-*",))
    assert next_time(found.when, NOW) == datetime.fromisoformat(next_).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "trouble", "about"),
    [
        ("", Trouble.NO_TIME, ""),
        ("every", Trouble.BAD_DAY, ""),
        ("every monday", Trouble.NO_TIME, ""),
        ("tomorrow", Trouble.NO_TIME, ""),
        ("24:00 reboot web-1", Trouble.BAD_TIME, "24:00"),
        ("02:60 reboot web-1", Trouble.BAD_TIME, "02:60"),
        ("2am reboot web-1", Trouble.BAD_TIME, "2am"),
        ("reboot web-1", Trouble.BAD_TIME, "reboot"),
        ("٠٢:00 reboot web-1", Trouble.BAD_TIME, "٠٢:00"),
        ("2026-02-30 02:00 reboot web-1", Trouble.BAD_DATE, "2026-02-30"),
        ("2026-13-01 02:00 reboot web-1", Trouble.BAD_DATE, "2026-13-01"),
        ("0000-01-01 02:00 reboot web-1", Trouble.BAD_DATE, "0000-01-01"),
        ("today 02:00 reboot web-1", Trouble.PAST, "2026-11-23 02:00"),
        ("2026-11-22 23:00 reboot web-1", Trouble.PAST, "2026-11-22 23:00"),
        ("0001-01-01 02:00 reboot web-1", Trouble.PAST, "0001-01-01 02:00"),
        ("9999-12-31 23:59 reboot web-1", Trouble.TOO_FAR, "9999-12-31"),
        ("every 2026-12-24 02:00 reboot web-1", Trouble.EVERY_DATE, "2026-12-24"),
        ("every mondy 02:00 reboot web-1", Trouble.BAD_DAY, "mondy"),
        ("every monday 02:00 delete web-1", Trouble.EVERY_DELETE, ""),
        ("02:00", Trouble.NO_COMMAND, ""),
        ("02:00 list", Trouble.NOT_SCHEDULABLE, "list"),
        ("02:00 create web-9", Trouble.NOT_SCHEDULABLE, "create"),
        ("02:00 at 03:00 reboot web-1", Trouble.NOT_SCHEDULABLE, "at"),
        ("02:00 reboot", Trouble.NO_SERVER, "reboot"),
        ("02:00 delete web-1", Trouble.NO_REASON, ""),
    ],
)
def test_what_is_no_plan_is_told_apart(typed: str, trouble: Trouble, about: str) -> None:
    found = plan(typed)
    assert isinstance(found, Wrong)
    assert (found.trouble, found.about) == (trouble, about)


@pytest.mark.parametrize(
    ("zone", "options", "trouble"),
    [
        ("", {}, Trouble.NO_ZONE),
        ("Mars/Olympus", {}, Trouble.BAD_ZONE),
        (BERLIN, {"zone": "CEST"}, Trouble.BAD_ZONE),
        (BERLIN, {"zone": "Europe"}, Trouble.BAD_ZONE),
        (BERLIN, {"zone": "../../etc/passwd"}, Trouble.BAD_ZONE),
        (BERLIN, {"zone": "x" * 900}, Trouble.BAD_ZONE),
        (BERLIN, {"zone": "a\x00b"}, Trouble.BAD_ZONE),
        (BERLIN, {"status": "active"}, Trouble.BAD_OPTION),
        (BERLIN, {"reason": "x" * 501}, Trouble.LONG_REASON),
    ],
)
def test_a_zone_that_nobody_knows(zone: str, options: dict[str, str], trouble: Trouble) -> None:
    found = plan("02:00 reboot web-1", zone, **options)
    assert isinstance(found, Wrong)
    assert found.trouble is trouble


def test_a_zone_that_is_said_comes_before_the_account_s() -> None:
    found = plan("02:00 reboot web-1", "", zone="America/New_York")
    assert isinstance(found, Typed)
    assert next_time(found.when, NOW) == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert is_zone("Etc/UTC")


@pytest.mark.parametrize(
    ("zone", "day", "shown", "moment"),
    [
        (BERLIN, "2026-03-28", "02:30", "2026-03-28T01:30"),
        (BERLIN, "2026-03-29", "01:59", "2026-03-29T00:59"),
        (BERLIN, "2026-03-29", "02:00", "2026-03-29T01:00"),  # doesn't exist: 03:00 is the next that does
        (BERLIN, "2026-03-29", "02:30", "2026-03-29T01:00"),
        (BERLIN, "2026-03-29", "03:00", "2026-03-29T01:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30"),  # exists twice: the first
        (BERLIN, "2026-10-25", "03:00", "2026-10-25T02:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # half an hour
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:00"),  # midnight itself is left out
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00"),  # a day that never was
        ("Asia/Kolkata", "2026-06-01", "02:00", "2026-05-31T20:30"),
    ],
)
def test_a_time_on_a_day_is_one_moment(zone: str, day: str, shown: str, moment: str) -> None:
    found = moment_of(date.fromisoformat(day), time.fromisoformat(shown), zone)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "at", "after", "times"),
    [
        (Every.DAY, "02:30", "2026-03-27T12:00", ["03-28T01:30", "03-29T01:00", "03-30T00:30"]),
        (Every.DAY, "02:30", "2026-10-24T12:00", ["10-25T00:30", "10-26T01:30", "10-27T01:30"]),
        (Every.DAY, "02:30", "2026-10-25T00:30", ["10-26T01:30", "10-27T01:30", "10-28T01:30"]),  # not once more
        (Every.WEEKDAY, "08:00", "2026-11-27T07:00", ["11-30T07:00", "12-01T07:00", "12-02T07:00"]),
        (Every.SUNDAY, "00:00", "2026-11-23T09:00", ["11-28T23:00", "12-05T23:00", "12-12T23:00"]),
        (Every.MONDAY, "10:00", "2026-11-23T08:59", ["11-23T09:00", "11-30T09:00", "12-07T09:00"]),
    ],
)
def test_the_next_three_times(every: Every, at: str, after: str, times: list[str]) -> None:
    when = When(time.fromisoformat(at), BERLIN, every)
    found = next_times(when, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert [f"{each:%m-%dT%H:%M}" for each in found] == times


def test_once_has_no_time_after_it() -> None:
    when = When(time(2), BERLIN, None, date(2026, 11, 24))
    assert next_times(when, NOW) == (datetime(2026, 11, 24, 1, tzinfo=UTC),)
    assert next_time(when, datetime(2026, 11, 24, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "next_"),
    [
        ("2026-11-24T02:00", "2026-11-25T02:00"),  # on time
        ("2026-11-24T02:10", "2026-11-25T02:00"),
        ("2026-11-26T02:10", "2026-11-26T02:00"),  # away for days: today's is ten minutes late, and is done
        ("2026-11-26T02:16", "2026-11-27T02:00"),
    ],
)
def test_what_was_slept_through_is_not_made_up_for(now: str, next_: str) -> None:
    when = When(time(2), "Etc/UTC", Every.DAY)
    found = following(when, datetime(2026, 11, 24, 2, tzinfo=UTC), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(next_).replace(tzinfo=UTC)

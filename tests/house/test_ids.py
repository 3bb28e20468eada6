"""Ids sort by the time they were made at: whoever reads rows by id reads them in order."""

import string
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.ids import new_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALPHABET = sorted(set(string.digits + string.ascii_lowercase) - set("ilou"))


def test_an_id_is_greater_than_every_one_before() -> None:
    made = [new_id(NOW) for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_is_26_characters_that_nobody_confuses() -> None:
    assert all(len(each) == 26 and set(each) <= set(ALPHABET) for each in (new_id(NOW) for _ in range(1000)))


def test_an_id_begins_with_its_time() -> None:
    later = datetime.now(UTC) + timedelta(days=365)  # than all that were made before
    number = 0
    for character in new_id(later)[:10]:
        number = number * 32 + ALPHABET.index(character)
    assert abs(number / 1000 - later.timestamp()) < 1


def test_a_clock_that_was_put_back_makes_no_smaller_ids() -> None:
    assert new_id(NOW) < new_id(NOW - timedelta(minutes=5))


def test_threads_never_get_the_same_one() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [each for part in threads.map(lambda _: [new_id(NOW) for _ in range(500)], range(16)) for each in part]
    assert len(set(made)) == len(made)

"""When the end of a limited role is told: early enough to do something about it, late enough to be about to happen."""

from datetime import timedelta

import pytest

from bot.domain.access import ending_told_at
from tests.rules.making import NOW

ENDS: dict[str, tuple[timedelta, timedelta]] = {
    "a shift: an hour before": (timedelta(hours=8), timedelta(hours=7)),
    "a month: an hour before, too": (timedelta(days=30), timedelta(days=30, hours=-1)),
    "two hours: both are the same": (timedelta(hours=2), timedelta(hours=1)),
    "an hour: at its half, not at once": (timedelta(hours=1), timedelta(minutes=30)),
    "ten minutes: at their half": (timedelta(minutes=10), timedelta(minutes=5)),
}


@pytest.mark.parametrize("sentence", ENDS)
def test_the_end_of_a_role_is_told(sentence: str) -> None:
    lasts, after = ENDS[sentence]
    assert ending_told_at(NOW, NOW + lasts) - NOW == after

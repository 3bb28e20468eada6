"""What a look finds: well, worth knowing, or to be mended."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a finding begins. `WORTH_KNOWING` keeps the bot from nothing."""

    WELL = "✓"
    WORTH_KNOWING = "!"
    TO_MEND = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, and a sentence; where something is wrong it says how to mend it."""

    mark: Mark
    about: str
    said: str

    def __str__(self) -> str:
        return f"{self.mark} {self.about}: {self.said}"


def well(about: str, said: str) -> Finding:
    """Nothing is wrong with it."""
    return Finding(Mark.WELL, about, said)


def worth_knowing(about: str, said: str) -> Finding:
    """Something that may surprise."""
    return Finding(Mark.WORTH_KNOWING, about, said)


def to_mend(about: str, said: str) -> Finding:
    """Something that keeps the bot, or a part of it, from working."""
    return Finding(Mark.TO_MEND, about, said)

"""Names that are easily taken for another one: what is written out, and what counts as nearly the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lookalikes import nearly, revealed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("web-server-01", "web-server-01"),
        ("Web_1.example", "Web_1.example"),
        ("web\u200b-1", "web‹U+200B›-1"),
        ("web\u202e-1", "web‹U+202E›-1"),
        ("web\u00a0-1", "web‹U+00A0›-1"),
        ("web\t-1", "web‹U+0009›-1"),
        ("web-1 ", "web-1‹U+0020›"),
        (" web-1", "‹U+0020›web-1"),
        ("web 1", "web 1"),
        ("web\ufe0f-1", "web‹U+FE0F VARIATION SELECTOR-16›-1"),
        ("web\u034f-1", "web‹U+034F COMBINING GRAPHEME JOINER›-1"),
        ("web\u2800-1", "web‹U+2800 BRAILLE PATTERN BLANK›-1"),
        ("web\u3164-1", "web‹U+3164 HANGUL FILLER›-1"),
        ("web\u20101", "web‹U+2010 HYPHEN›1"),
        ("web\u22121", "web‹U+2212 MINUS SIGN›1"),
        ("web-\uff11", "web-‹U+FF11 FULLWIDTH DIGIT ONE›"),
        ("web-\U0001d7cf", "web-‹U+1D7CF MATHEMATICAL BOLD DIGIT ONE›"),
        ("w\u0435b-1", "w‹U+0435 CYRILLIC SMALL LETTER IE›b-1"),
        ("caf\u00e9", "caf‹U+00E9 LATIN SMALL LETTER E WITH ACUTE›"),
        ("cafe\u0301", "cafe‹U+0301 COMBINING ACUTE ACCENT›"),
        ("\u0441\u043e\u0440-1", "‹CYRILLIC› \u0441\u043e\u0440-1"),
        ("\u0455\u0441\u043e\u0440\u0435", "‹CYRILLIC› \u0455\u0441\u043e\u0440\u0435"),
        ("\u6771\u4eac-1", "‹CJK› \u6771\u4eac-1"),
        ("web\uff57", "web‹U+FF57 FULLWIDTH LATIN SMALL LETTER W›"),
        ("", ""),
    ],
)
def test_what_the_contract_doesn_t_allow_is_written_out(name: str, shown: str) -> None:
    assert revealed(name) == shown


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("web-1", "web-l"),
        ("web-1", "web-I"),
        ("web-1", "web1"),
        ("web-01", "web-1"),
        ("web-10", "web-lO"),
        ("web-server-01", "web-servr-02"),
        ("modern", "modem"),
        ("scope", "\u0455\u0441\u043e\u0440\u0435"),
        ("go-1", "\u0261o-1"),
        ("mail-1", "mai\u029f-1"),
        ("cafe", "caf\u00e9"),
        ("cafe", "cafe\u0301"),
        ("web-1", "web\u034f-1"),
        ("web-1", "web\ufe0f-1"),
        ("web-1", "web\u2800-1"),
        ("web-1", "web\u20101"),
        ("web-1", "web\u2212\uff11"),
        ("web-1", "web-\U0001d7cf"),
        ("nas-1", "\u039das-1"),
        ("red", "\u13a1\u13ac\u13a0"),
    ],
)
def test_what_is_easily_taken_for_each_other(name: str, other: str) -> None:
    assert nearly(name, [other]) == (other,)
    assert nearly(other, [name]) == (name,)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("web-server-01", "web-server-02"),
        ("web-server-01", "WEB-SERVER-12"),
        ("db-1-eu", "db-2-eu"),
        ("node-1-2", "node-2-1"),
        ("web-1", "mail-1"),
        ("db-server-01", "web-server-01"),
        ("eu-database-01", "us-database-01"),
    ],
)
def test_a_fleet_s_numbers_and_other_names_are_told_apart(name: str, other: str) -> None:
    assert nearly(name, [other]) == ()


def test_the_nearest_comes_first() -> None:
    assert nearly("web-server-1", ["web-servers-1", "db", "web-server-l"]) == ("web-server-l", "web-servers-1")


@given(st.text(max_size=40))
def test_nothing_invisible_is_left(name: str) -> None:
    shown = revealed(name)
    assert shown.isprintable() and shown == shown.strip()
    assert nearly(name, [name]) == (name,)

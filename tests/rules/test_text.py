"""Escaping, cutting and spelling: what stands between a stranger's text and a Slack message."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentences import counted, duration, listed
from bot.slack.blocks import Message, code, cut, cut_mrkdwn, escape, person

HALF_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MOMENT = "<!date^1795424400^{date_short_pretty} {time}|2026-11-23 09:00 UTC>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;", "&amp;lt;"),
        ("<@U0ADA>", "&lt;@U0ADA&gt;"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍit_ ∼no∼ 'code'"),
        ("web_1 and 2 * 3", "web_1 and 2 * 3"),
        ("", ""),
    ],
)
def test_a_name_is_a_word_and_no_ping(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("a&amp;b", 7, "a&amp;b"),
        ("a&amp;bc", 7, "a&amp;…"),
        ("a&amp;bc", 6, "a…"),
        ("a&amp;bc", 3, "a…"),
    ],
)
def test_cutting_leaves_an_ellipsis_and_no_half_entity(text: str, limit: int, kept: str) -> None:
    assert cut(text, limit) == kept


@given(st.text(st.sampled_from("<>&;ab"), max_size=60), st.integers(2, 70))
def test_cutting_escaped_text_never_leaves_half_an_entity(text: str, limit: int) -> None:
    escaped = escape(text)
    shorter = cut(escaped, limit)
    assert len(shorter) <= limit
    assert HALF_ENTITY.search(shorter) is None
    assert (shorter == escaped) is (len(escaped) <= limit)


@pytest.mark.parametrize("limit", range(2, len(MOMENT) + 12))
def test_a_time_or_a_mention_is_shown_whole_or_not_at_all(limit: int) -> None:
    shorter = cut_mrkdwn(f"until {MOMENT}, then", limit)
    assert len(shorter) <= limit
    assert "<" not in shorter.replace(MOMENT, "")


def test_the_text_beside_the_blocks_keeps_to_what_a_changed_message_may_have() -> None:
    assert len(Message("x" * 9_000).text) == 4_000
    assert Message("x" * 4_000).text == "x" * 4_000


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("web-1", "`web-1`"), ("a`b", "`a'b`"), ("`<!here>`", "`'&lt;!here&gt;'`"), ("", "``")],
)
def test_code_ends_where_it_should(typed: str, shown: str) -> None:
    assert code(typed) == shown


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        ("U0OLGA", "<@U0OLGA>"),
        ("W0OLGA", "<@W0OLGA>"),
        ("vpsbot", "vpsbot"),
        ("", ""),
        ("U0<!channel>", "U0&lt;!channel&gt;"),
        ("S0OPS", "S0OPS"),
    ],
)
def test_only_people_are_mentioned(actor: str, shown: str) -> None:
    assert person(actor) == shown


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(), "0 s"),
        (timedelta(seconds=6.4), "6 s"),
        (timedelta(seconds=59.4), "59 s"),
        (timedelta(seconds=59.6), "1 min"),
        (timedelta(seconds=185), "3 min 5 s"),
        (timedelta(minutes=59, seconds=59.7), "1 h"),
        (timedelta(hours=2, minutes=10, seconds=30), "2 h 10 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=4000), "4,000 days"),
    ],
)
def test_spans_as_people_say_them(span: timedelta, said: str) -> None:
    assert duration(span) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_as_people_say_them(words: list[str], said: str) -> None:
    assert listed(words) == said
    assert listed(words, "or") == said.replace(" and ", " or ")


@pytest.mark.parametrize(("number", "said"), [(0, "0 servers"), (1, "1 server"), (1234, "1,234 servers")])
def test_one_and_many(number: int, said: str) -> None:
    assert counted(number, "server") == said

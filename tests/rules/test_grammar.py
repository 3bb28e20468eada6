"""What is typed behind `/vps`: read the same way everywhere, never with an error, and printed back to the same."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grammar import MAX_LENGTH, Line, Mention, MentionKind, Problem, Trouble, Word, parse, printed

OLGA = Mention(MentionKind.USER, "U0OLGA")
NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def line(*words: Word, **options: Word) -> Line:
    return Line(words, MappingProxyType(options))


READ: dict[str, tuple[str, Line]] = {
    "nothing": ("", line()),
    "only spaces": ("   ", line()),
    "words": ("reboot web-1", line("reboot", "web-1")),
    "more space than needed": ("  reboot   web-1  ", line("reboot", "web-1")),
    "an option": ("list status=active", line("list", status="active")),
    "an option with dashes": ("list --status active", line("list", status="active")),
    "an option with both": ("list --status=active", line("list", status="active")),
    "an option's name in capitals": ("list STATUS=active", line("list", status="active")),
    "an option before the words": ("--status active list", line("list", status="active")),
    "a quoted word": ('show "my server"', line("show", "my server")),
    "a quoted value": ('list location="us west"', line("list", location="us west")),
    "a quoted option is a word": ('show "status=active"', line("show", "status=active")),
    "single quotes": ("show 'my server'", line("show", "my server")),
    "an apostrophe inside a word is a letter": ("show olga's-box", line("show", "olga's-box")),
    "a quote inside a quoted word": (r'show "the \"big\" one"', line("show", 'the "big" one')),
    "a backslash inside a quoted word": (r'show "a\\b"', line("show", "a\\b")),
    "an empty quoted word": ('show ""', line("show", "")),
    "a number is a word": ("show 12345", line("show", "12345")),
    "a dash inside a name": ("show web--1", line("show", "web--1")),
    "a lone dash": ("show -", line("show", "-")),
    "a person": ("access grant <@U0OLGA|olga> operator", line("access", "grant", OLGA, "operator")),
    "a person without a name": ("access revoke <@U0OLGA>", line("access", "revoke", OLGA)),
    "a channel": ("go <#C0OPS|ops>", line("go", Mention(MentionKind.CHANNEL, "C0OPS"))),
    "a user group": ("go <!subteam^S0OPS|@ops>", line("go", Mention(MentionKind.GROUP, "S0OPS"))),
    "an @ that was not picked is a word": ("access grant @olga operator", line("access", "grant", "@olga", "operator")),
    "a name that Slack made a link": (
        "show <http://web-1.example.com|web-1.example.com>",
        line("show", "web-1.example.com"),
    ),
    "an address that Slack made a link": ("show <mailto:a@b.example|a@b.example>", line("show", "a@b.example")),
    "Slack's three entities": ("show a&amp;b&lt;c&gt;", line("show", "a&b<c>")),
    "an entity that was typed": ("show &amp;lt;", line("show", "&lt;")),
}


@pytest.mark.parametrize("sentence", READ)
def test_what_is_read(sentence: str) -> None:
    text, expected = READ[sentence]
    assert parse(text) == expected


PHONE: dict[str, tuple[str, str]] = {
    "curly double quotes": ("show “my server”", 'show "my server"'),
    "low quotes, as in German": ("show „my server“", 'show "my server"'),
    "angle quotes, as in French": ("show «my server»", 'show "my server"'),
    "curly single quotes": ("show ‘my server’", "show 'my server'"),
    "a curly apostrophe": ("show olga’s-box", "show olga's-box"),
    "an em dash for two hyphens": ("list —status active", "list --status active"),
    "an en dash for two hyphens": ("list –status active", "list --status active"),
    "an em dash and a hyphen": ("list —-status=active", "list --status=active"),
    "an en dash inside a name": ("show web–1", "show web-1"),
    "a non-breaking hyphen inside a name": ("show web‑1", "show web-1"),
    "a minus sign inside a name": ("show web−1", "show web-1"),
    "a dash before a number stays one": ("show –1", "show -1"),
    "a non-breaking space": (f"reboot{NBSP}web-1", "reboot web-1"),
    "a narrow non-breaking space": (f"reboot{NARROW}web-1", "reboot web-1"),
    "a new line": ("reboot\nweb-1", "reboot web-1"),
    "a tab": ("reboot\tweb-1", "reboot web-1"),
    "an ideographic space": ("reboot\u3000web-1", "reboot web-1"),
    "all at once": (f"list{NBSP}—location “us–west”", 'list --location "us-west"'),
}


@pytest.mark.parametrize("sentence", PHONE)
def test_phone_punctuation_is_read_as_what_was_meant(sentence: str) -> None:
    typed, meant = PHONE[sentence]
    assert parse(typed) == parse(meant)
    assert isinstance(parse(typed), Line)


PROBLEMS: dict[str, tuple[str, Trouble, str]] = {
    "a quote that is never closed": ('show "web-1', Trouble.UNCLOSED_QUOTE, '"web-1'),
    "a quote closed in the middle of a word": ('show "web"-1', Trouble.UNCLOSED_QUOTE, '"web"-1'),
    "a lone quote": ("show '", Trouble.UNCLOSED_QUOTE, "'"),
    "a quote whose end is escaped": ('show "web\\"', Trouble.UNCLOSED_QUOTE, '"web\\"'),
    "an option without a value": ("list status=", Trouble.MISSING_VALUE, "status"),
    "an option without a value, and more": ("list status= web-*", Trouble.MISSING_VALUE, "status"),
    "an option with dashes at the end": ("list --status", Trouble.MISSING_VALUE, "status"),
    "an option followed by an option": ("list --status location=x", Trouble.MISSING_VALUE, "status"),
    "an option twice": ("list status=a --STATUS b", Trouble.TWICE, "status"),
    "a character that turns the writing round": ("show web\u202e1", Trouble.INVISIBLE, "U+202E"),
    "a zero-width space": ("show web\u200b1", Trouble.INVISIBLE, "U+200B"),
    "a control character": ("show \x07", Trouble.INVISIBLE, "U+0007"),
    "a null": ("show \x00", Trouble.INVISIBLE, "U+0000"),
    "half of a pair": ("show \ud800", Trouble.INVISIBLE, "U+D800"),
    "a character of nobody's": ("show \ue000", Trouble.INVISIBLE, "U+E000"),
    "a novel": ("x" * (MAX_LENGTH + 1), Trouble.TOO_LONG, "1,001"),
}


@pytest.mark.parametrize("sentence", PROBLEMS)
def test_what_can_t_be_read_says_why(sentence: str) -> None:
    text, trouble, about = PROBLEMS[sentence]
    assert parse(text) == Problem(trouble, about)


def test_every_trouble_occurs_in_the_table() -> None:
    assert {trouble for _, trouble, _ in PROBLEMS.values()} == set(Trouble)


def test_the_longest_text_is_read() -> None:
    assert parse("x" * MAX_LENGTH) == line("x" * MAX_LENGTH)


@pytest.mark.parametrize(
    ("typed", "command", "rest"),
    [("REBOOT web-1", "reboot", line("web-1")), ("", "", line()), ("<@U0OLGA> x", "", line("x"))],
)
def test_the_first_word_is_the_command(typed: str, command: str, rest: Line) -> None:
    read = parse(typed)
    assert isinstance(read, Line)
    assert (read.command, read.rest) == (command, rest)


# What makes trouble for readers of text, more often than chance would have it.
PIECES = [
    "--",
    "-",
    "=",
    '"',
    "'",
    "\\",
    "&lt;",
    "&amp;",
    "<@U1>",
    "<#C1|x>",
    "<http://a b|c d>",
    "<",
    ">",
    "|",
    " ",
    "a",
]
CROOKED = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)


@given(st.text(max_size=200) | CROOKED)
def test_no_text_whatever_makes_it_raise(text: str) -> None:
    assert isinstance(parse(text), Line | Problem)


@given(CROOKED)
def test_what_was_read_is_printed_and_read_again_as_the_same(text: str) -> None:
    read = parse(text)
    if isinstance(read, Line) and len(printed(read)) <= MAX_LENGTH:
        assert parse(printed(read)) == read


# What a word can be once it was read: no phone punctuation, no invisible characters.
LETTERS = st.characters(codec="utf-8", categories=["L", "N", "S", "Pd", "Po", "Ps", "Pe", "Zs"]).filter(
    lambda letter: parse(f'"a{letter}a"') == line(f"a{letter}a")
)
WORDS = st.text(st.sampled_from("\"'\\-=<>& ;ab") | LETTERS, max_size=12)
MENTIONS = st.builds(Mention, st.sampled_from(MentionKind), st.from_regex(r"[A-Z][A-Z0-9]{1,10}", fullmatch=True))
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
OPTIONS: st.SearchStrategy[Mapping[str, Word]] = st.dictionaries(NAMES, WORDS | MENTIONS, max_size=3)
LINES = st.builds(
    lambda words, options: Line(tuple(words), MappingProxyType(options)),
    st.lists(WORDS | MENTIONS, max_size=6),
    OPTIONS,
)


@given(LINES)
def test_a_line_is_read_back_from_what_it_is_printed_as(written: Line) -> None:
    if len(printed(written)) <= MAX_LENGTH:
        assert parse(printed(written)) == written

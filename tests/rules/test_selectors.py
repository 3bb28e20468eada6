"""Which servers a person means: a table of what is typed at a small fleet."""

from collections.abc import Mapping, Sequence

import pytest

from bot.domain.notes import Note
from bot.domain.selectors import (
    FILTERS as KNOWN,
)
from bot.domain.selectors import (
    MOST_OFFERED,
    BadFilter,
    Filter,
    Found,
    NotFound,
    SameName,
    matches,
    nearest_word,
    only,
    read_filter,
    select,
)
from bot.domain.servers import Server, Status
from tests.rules.making import NOW, a_server, ago

FLEET = (
    a_server("web-1", id="11", location="us-west"),
    a_server("web-2", id="12", location="us-west", status="stopped"),
    a_server("Web-3", id="13", location="eu-1"),
    a_server("twin", id="21"),
    a_server("twin", id="22"),
    a_server("12345", id="31", location="EU-Central"),
    a_server("odd", id="12345", status="hibernating"),
    a_server("db[1]", id="41"),
)

FOUND: dict[str, tuple[Sequence[str], Sequence[str], bool]] = {
    "by its name": (["web-1"], ["11"], True),
    "by its name in other letters": (["WEB-1"], ["11"], True),
    "by its id": (["13"], ["13"], True),
    "several, in the order typed": (["web-2", "web-1"], ["12", "11"], True),
    "the same one twice is one": (["web-1", "11", "WEB-1"], ["11"], True),
    "a pattern, in the order of the fleet": (["web-*"], ["11", "12", "13"], False),
    "a pattern in capitals": (["WEB-?"], ["11", "12", "13"], False),
    "a set of characters": (["web-[12]"], ["11", "12"], False),
    "a name that looks like a pattern is a name first, and is asked about": (["db[1]"], ["41"], False),
    "a name and a pattern together are a pattern": (["twi*", "web-1"], ["21", "22", "11"], False),
    "everything": (["*"], [server.id for server in FLEET], False),
    "nothing typed is nothing meant": ([], [], True),
}


@pytest.mark.parametrize("sentence", FOUND)
def test_what_is_found(sentence: str) -> None:
    typed, ids, exact = FOUND[sentence]
    found = select(typed, FLEET)
    assert isinstance(found, Found)
    assert [server.id for server in found.servers] == ids
    assert found.exact is exact


NOT_SURE: dict[str, tuple[Sequence[str], type[SameName | NotFound], str, Sequence[str]]] = {
    "two servers of one name: both are named": (["twin"], SameName, "twin", ["21", "22"]),
    "one server's name is another's id: both are named": (["12345"], SameName, "12345", ["31", "12345"]),
    "a typo is offered, never taken": (["web-11"], NotFound, "web-11", ["11"]),
    "a typo in capitals": (["TWEB-1"], NotFound, "TWEB-1", ["11"]),
    "nothing like it": (["mail-relay-99"], NotFound, "mail-relay-99", []),
    "a pattern that nothing fits offers nothing": (["api-*"], NotFound, "api-*", []),
    "one unknown word among known ones stops all": (["web-1", "nope-nope", "web-2"], NotFound, "nope-nope", []),
    "an empty word is no server": ([""], NotFound, "", []),
}


@pytest.mark.parametrize("sentence", NOT_SURE)
def test_what_is_never_guessed(sentence: str) -> None:
    typed, kind, word, ids = NOT_SURE[sentence]
    found = select(typed, FLEET)
    assert isinstance(found, kind)
    assert found.typed == word
    named = found.servers if isinstance(found, SameName) else found.near
    if ids:
        assert [server.id for server in named][: len(ids)] == ids
    else:
        assert named == ()


def test_of_many_near_names_the_nearest_few_are_offered_best_first() -> None:
    fleet = [a_server(name) for name in ("web-server-123", "web-serverx", "mail", "web-server-12", "web-server-1")]
    found = select(["web-server"], fleet)
    assert isinstance(found, NotFound)
    assert [server.name for server in found.near] == ["web-serverx", "web-server-1", "web-server-12"]
    assert len(found.near) == MOST_OFFERED


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("web-*", "web-", True),
        ("web-*", "web-1\nx", True),
        ("web-*", "my-web-1", False),
        ("*", "", True),
        ("db-?", "db-", False),
        ("[!w]*", "web-1", False),
        ("[", "[", True),
        ("web.1", "webx1", False),
        ("web-1", "WEB-1", True),
        ("(a+)+$", "aaaa", False),
    ],
)
def test_patterns_are_the_shell_s_whole_and_without_case(pattern: str, name: str, *, fits: bool) -> None:
    assert matches(pattern, name) is fits


@pytest.mark.parametrize("name", ["web-1", "db[1]", "web*", "web-?", "a[!b]", "[[]", "]", "a]b[c"])
def test_the_pattern_of_one_name_fits_no_other(name: str) -> None:
    assert matches(only(name), name) and matches(only(name), name.upper())
    for other in ("web-2", "db1", "web-prod", "web-12", "ac", "[", "", name + "x"):
        assert not matches(only(name), other)


def test_a_pattern_made_to_be_slow_is_not() -> None:
    """A pattern is turned into a regular expression: it must not be one that takes for ever."""
    assert not matches("*a" * 40 + "b", "a" * 400)


FILTERS: dict[str, tuple[Sequence[str], Mapping[str, str], Filter | BadFilter]] = {
    "no filter": ([], {}, Filter()),
    "a pattern": (["web-*"], {}, Filter(glob="web-*")),
    "a status": ([], {"status": "stopped"}, Filter(status="stopped")),
    "a status in capitals": ([], {"status": "STOPPED"}, Filter(status="stopped")),
    "a status that nobody documented, but a server has": ([], {"status": "Hibernating"}, Filter(status="hibernating")),
    "a documented status that no server has": ([], {"status": "restoring"}, Filter(status="restoring")),
    "a location in other letters": ([], {"location": "eu-central"}, Filter(location="EU-Central")),
    "all of them": (
        ["web-*"],
        {"status": "active", "location": "us-west"},
        Filter("web-*", "active", "us-west"),
    ),
    "a status that can't be says which can": (
        [],
        {"status": "asleep"},
        BadFilter("status", "asleep", tuple(sorted({*Status, "hibernating"}))),
    ),
    "a location that can't be says which can": (
        [],
        {"location": "mars"},
        BadFilter("location", "mars", ("EU-Central", "eu-1", "us-west")),
    ),
    "a filter that isn't one says which are": ([], {"plan": "big"}, BadFilter("plan", "big", tuple(KNOWN))),
    "my own": ([], {"owner": "ME"}, Filter(owner="U0ME")),
    "somebody's": ([], {"owner": "@U0OLGA"}, Filter(owner="U0OLGA")),
    "a group owns nothing": ([], {"owner": "@S0OPS"}, BadFilter("owner", "@S0OPS", ())),
    "a name that isn't a mention": ([], {"owner": "olga"}, BadFilter("owner", "olga", ())),
    "an age": ([], {"older": "90d"}, Filter(created_by=ago(days=90))),
    "an age that is none": ([], {"older": "old"}, BadFilter("older", "old", ())),
    "the day has come": ([], {"until": "Passed"}, Filter(wanted_until=NOW.date())),
    "a day that isn't asked about": ([], {"until": "2027-01-31"}, BadFilter("until", "2027-01-31", ())),
    "old and new filters together": (
        ["web-*"],
        {"status": "active", "owner": "me", "until": "passed"},
        Filter("web-*", "active", owner="U0ME", wanted_until=NOW.date()),
    ),
    "two patterns": (["web-*", "db-*"], {}, BadFilter("name", "web-* db-*", ())),
}


@pytest.mark.parametrize("sentence", FILTERS)
def test_filters(sentence: str) -> None:
    globs, options, expected = FILTERS[sentence]
    today = NOW.date()
    assert read_filter(globs, options, FLEET, me="U0ME", now=NOW, today=today) == expected


FITS: dict[str, tuple[Filter, Sequence[str]]] = {
    "no filter fits all": (Filter(), [server.id for server in FLEET]),
    "a pattern fits names": (Filter(glob="web-*"), ["11", "12", "13"]),
    "an id stands for its server": (Filter(glob="13"), ["13"]),
    "all that is set must fit": (Filter("web-*", "active", "us-west"), ["11"]),
    "nothing": (Filter("db-*", "stopped"), []),
}


@pytest.mark.parametrize("sentence", FITS)
def test_what_passes_a_filter(sentence: str) -> None:
    chosen, ids = FITS[sentence]
    assert [server.id for server in FLEET if chosen.fits(server)] == ids


MINE = Note("id-web-1", "web-1", "U0ME", NOW.date())
NOTED: dict[str, tuple[Filter, Note | None, bool]] = {
    "its owner": (Filter(owner="U0ME"), MINE, True),
    "another owner": (Filter(owner="U0OLGA"), MINE, False),
    "nobody noted anything": (Filter(owner="U0ME"), None, False),
    "its day is today": (Filter(wanted_until=NOW.date()), MINE, True),
    "its day is tomorrow": (Filter(wanted_until=ago(days=1).date()), MINE, False),
    "it has no day": (Filter(wanted_until=NOW.date()), Note("1", "web-1", "U0ME"), False),
    "old enough": (Filter(created_by=ago(days=90)), None, True),
    "too young": (Filter(created_by=ago(days=91)), None, False),
    "all that is set must fit": (Filter("db-*", owner="U0ME"), MINE, False),
}


@pytest.mark.parametrize("sentence", NOTED)
def test_what_passes_a_filter_by_its_note_and_age(sentence: str) -> None:
    chosen, note, fits = NOTED[sentence]
    assert chosen.fits(a_server(created_at=ago(days=90)), note) is fits
    assert not Filter(created_by=NOW).fits(a_server()), "an age that isn't known is none"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("reboto", "reboot"), ("REBOOT", "reboot"), ("lst", "list"), ("xyzzy", None), ("", None), ("🦄", None)],
)
def test_the_nearest_word_of_a_closed_list(typed: str, meant: str | None) -> None:
    assert nearest_word(typed, ["list", "show", "reboot", "start", "stop"]) == meant


def test_an_empty_fleet_offers_nothing() -> None:
    no_servers: tuple[Server, ...] = ()
    assert select(["web-1"], no_servers) == NotFound("web-1", ())
    assert nearest_word("list", []) is None

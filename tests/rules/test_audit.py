"""The log's chain and its check, without a database: what the hash covers, what is signed, and every flaw found."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.domain.audit import (
    GENESIS,
    Action,
    Draft,
    Entry,
    Head,
    Result,
    anchor,
    chain,
    entry_hash,
    extract_statement,
    head_statement,
    row_of,
)
from bot.domain.verifying import Anchor, Finding, Flaw, Walk, verify
from bot.store.audit import good_signature
from tests.rules.making import NOW

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def a_log(length: int, *, actor: str = "U0OLGA") -> list[Entry]:
    """So many entries in their places."""
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        draft = Draft(
            Action.POWER_REQUESTED,
            actor,
            target=f"web-{seq}",
            operation=f"op-{seq}",
            outcome=Result.PENDING,
            reason="update",
            detail={"kind": "reboot"},
        )
        previous = entries[-1].hash if entries else GENESIS
        entries.append(chain(draft, workspace="T1", seq=seq, previous=previous, time=NOW + timedelta(seconds=seq)))
    return entries


def signed(last: Entry, key: Ed25519PrivateKey = KEY, **changed: Any) -> Head:
    """The head for this last entry, with fields changed after it was signed."""
    statement = head_statement(last.workspace, last.seq, last.hash, NOW)
    head = Head(last.workspace, last.seq, last.hash, NOW, key.sign(statement), key.public_key().public_bytes_raw())
    return replace(head, **changed)


def checked(entries: Sequence[Entry], head: Head | None, **more: Any) -> Finding | int:
    return verify(entries, head, check=good_signature, **more)


ENTRY = a_log(1)[0]
OTHER_VALUES: dict[str, Any] = {
    "workspace": "T2",
    "seq": 2,
    "time": ENTRY.time + timedelta(microseconds=1),
    "actor": "U0ADA",
    "action": "power.ended",
    "target": "web-2",
    "operation": "op-2",
    "outcome": "ok",
    "reason": "",
    "detail": '{"kind":"stop"}',
    "previous": b"\1" * 32,
}


@pytest.mark.parametrize("field", [field.name for field in fields(Entry) if field.name != "hash"])
def test_the_hash_covers_every_field(field: str) -> None:
    assert entry_hash(replace(ENTRY, **{field: OTHER_VALUES[field]})) != ENTRY.hash


def test_the_hash_is_of_the_fields_alone() -> None:
    assert entry_hash(replace(ENTRY, hash=b"whatever")) == ENTRY.hash


TEXTS = ["workspace", "actor", "action", "target", "operation", "outcome", "reason", "detail"]


@pytest.mark.parametrize(("left", "right"), [(a, b) for a in TEXTS for b in TEXTS if a < b])
def test_no_letter_can_wander_from_one_field_to_another(left: str, right: str) -> None:
    here: dict[str, Any] = {left: "ab", right: "c"}
    there: dict[str, Any] = {left: "a", right: "bc"}
    assert entry_hash(replace(ENTRY, **here)) != entry_hash(replace(ENTRY, **there))


def test_a_time_is_the_same_in_every_zone() -> None:
    elsewhere = ENTRY.time.astimezone(timezone(timedelta(hours=9)))
    assert entry_hash(replace(ENTRY, time=elsewhere)) == ENTRY.hash


def test_a_known_entry_has_a_known_hash() -> None:
    """Whoever checks the log with a program of their own gets the same; a change here breaks every log there is."""
    assert entry_hash(chain(Draft(Action.LOG_STARTED, "vpsbot", detail={"b": 1, "a": "ü"}), **PLACE)).hex() == KNOWN


PLACE: dict[str, Any] = {"workspace": "T1", "seq": 1, "previous": GENESIS, "time": datetime(2026, 1, 2, tzinfo=UTC)}
KNOWN = "f1ca7ffbaca0d102a427e4f56c72d62f685223c6a336bfb91b7c83e78d37cc91"


@pytest.mark.parametrize(
    "other",
    [
        head_statement("T2", 7, b"h", NOW),
        head_statement("T1", 8, b"h", NOW),
        head_statement("T1", 7, b"i", NOW),
        head_statement("T1", 7, b"h", NOW + timedelta(microseconds=1)),
    ],
)
def test_what_is_signed_covers_every_fact(other: bytes) -> None:
    assert other != head_statement("T1", 7, b"h", NOW)


def test_what_is_signed_says_what_it_is() -> None:
    assert head_statement("T1", 7, b"\x0a", NOW) == b"vpsbot audit head v1\nT1\n7\n0a\n2026-11-23T09:00:00.000000Z\n"


LOG = a_log(5)
NO_TEXT: dict[str, Any] = {"actor": None}
HEAD = signed(LOG[-1])
Case = tuple[Sequence[Entry], Head | None, dict[str, Any], Finding | int]
CHECKS: dict[str, Callable[[], Case]] = {
    "a whole log": lambda: (LOG, HEAD, {}, 5),
    "no log yet": lambda: ([], None, {}, 0),
    "an altered entry": lambda: (
        [*LOG[:2], replace(LOG[2], target="db-1"), *LOG[3:]],
        HEAD,
        {},
        Finding(Flaw.ALTERED, 3),
    ),
    "an altered entry with a hash that fits it": lambda: (
        [*LOG[:2], rehashed(replace(LOG[2], target="db-1")), *LOG[3:]],
        HEAD,
        {},
        Finding(Flaw.ALTERED, 4),
    ),
    "the last entry altered, with a hash that fits it": lambda: (
        [*LOG[:4], rehashed(replace(LOG[4], target="db-1"))],
        HEAD,
        {},
        Finding(Flaw.BAD_SIGNATURE, 5),
    ),
    "an entry in the middle is missing": lambda: ([*LOG[:2], *LOG[3:]], HEAD, {}, Finding(Flaw.MISSING, 3)),
    "the first entry is missing": lambda: (LOG[1:], HEAD, {}, Finding(Flaw.MISSING, 1)),
    "an entry twice": lambda: ([*LOG[:3], *LOG[2:]], HEAD, {}, Finding(Flaw.REORDERED, 4)),
    "two entries swapped": lambda: ([LOG[0], LOG[2], LOG[1], *LOG[3:]], HEAD, {}, Finding(Flaw.MISSING, 2)),
    "the tail is cut off": lambda: (LOG[:3], HEAD, {}, Finding(Flaw.TRUNCATED, 4)),
    "everything but the head is gone": lambda: ([], HEAD, {}, Finding(Flaw.TRUNCATED, 1)),
    "something was added behind the head": lambda: (LOG, signed(LOG[3]), {}, Finding(Flaw.BEYOND_HEAD, 5)),
    "the head is gone": lambda: (LOG, None, {}, Finding(Flaw.NO_HEAD, 5)),
    "a head that somebody signed who may not": lambda: (
        LOG,
        signed(LOG[-1], OTHER_KEY, public_key=HEAD.public_key),
        {},
        Finding(Flaw.BAD_SIGNATURE, 5),
    ),
    "a head with another time": lambda: (
        LOG,
        replace(HEAD, time=NOW + timedelta(seconds=1)),
        {},
        Finding(Flaw.BAD_SIGNATURE, 5),
    ),
    "a head with another hash": lambda: (LOG, replace(HEAD, hash=GENESIS), {}, Finding(Flaw.BAD_SIGNATURE, 5)),
    "a head of another workspace": lambda: (LOG, replace(HEAD, workspace="T2"), {}, Finding(Flaw.BAD_SIGNATURE, 5)),
    "a signature that is none": lambda: (LOG, replace(HEAD, signature=b""), {}, Finding(Flaw.BAD_SIGNATURE, 5)),
    "a key that is none": lambda: (LOG, replace(HEAD, public_key=b"x"), {}, Finding(Flaw.BAD_SIGNATURE, 5)),
    "the key one holds": lambda: (LOG, HEAD, {"trusted_key": HEAD.public_key}, 5),
    "forged throughout with a key of one's own": lambda: (
        a_log(5, actor="U0EVE"),
        signed(a_log(5, actor="U0EVE")[-1], OTHER_KEY),
        {"trusted_key": HEAD.public_key},
        Finding(Flaw.FOREIGN_KEY, 5),
    ),
    "grown from the head one noted": lambda: (LOG, HEAD, {"anchor": Anchor(3, LOG[2].hash)}, 5),
    "exactly at the head one noted": lambda: (LOG, HEAD, {"anchor": Anchor(5, LOG[4].hash)}, 5),
    "an old copy with its own good head": lambda: (
        LOG[:3],
        signed(LOG[2]),
        {"anchor": Anchor(5, LOG[4].hash)},
        Finding(Flaw.ROLLED_BACK, 4),
    ),
    "an old copy that grew on differently": lambda: (
        a_log(6, actor="U0EVE"),
        signed(a_log(6, actor="U0EVE")[-1]),
        {"anchor": Anchor(5, LOG[4].hash)},
        Finding(Flaw.ROLLED_BACK, 5),
    ),
    "a value of a type that the bot never writes": lambda: (
        [*LOG[:2], replace(LOG[2], **NO_TEXT), *LOG[3:]],
        HEAD,
        {},
        Finding(Flaw.FOREIGN_VALUE, 3),
    ),
    "everything is gone that one noted": lambda: (
        [],
        None,
        {"anchor": Anchor(5, LOG[4].hash)},
        Finding(Flaw.ROLLED_BACK, 1),
    ),
}


@pytest.mark.parametrize("sentence", CHECKS)
def test_what_a_check_finds(sentence: str) -> None:
    entries, head, more, found = CHECKS[sentence]()
    assert checked(entries, head, **more) == found


def test_every_flaw_occurs_in_the_table() -> None:
    results = [case()[-1] for case in CHECKS.values()]
    assert {found.flaw for found in results if isinstance(found, Finding)} == set(Flaw)


def test_an_old_copy_with_its_own_good_head_can_only_be_told_from_outside() -> None:
    """Why heads are noted elsewhere: the copy is, by itself, a whole log."""
    assert checked(LOG[:3], signed(LOG[2])) == 3


def walked(entries: Sequence[Entry], *, size: int, **more: Any) -> tuple[Walk, Finding | None]:
    """A walk in chunks, as a check of a long log takes it."""
    walk = Walk("T1", **more)
    for start in range(0, len(entries), size):
        if found := walk.take(map(row_of, entries[start : start + size])):
            return walk, found
    return walk, None


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_walk_in_chunks_finds_the_same_as_one_in_one_go(size: int) -> None:
    walk, found = walked(LOG, size=size, last=5)
    assert (found, walk.end(HEAD, check=good_signature)) == (None, 5)
    assert walked([*LOG[:3], replace(LOG[3], target="db-1"), LOG[4]], size=size)[1] == Finding(Flaw.ALTERED, 4)


def test_a_walk_begins_in_the_middle() -> None:
    walk, found = walked(LOG[2:], size=2, seq=2, previous=LOG[1].hash, last=5)
    assert (found, walk.end(HEAD, check=good_signature)) == (None, 5)
    assert walked(LOG[2:], size=2, seq=2, previous=LOG[0].hash)[1] == Finding(Flaw.ALTERED, 3)


def test_an_anchor_is_128_bits_and_is_found_wherever_it_is() -> None:
    assert anchor(signed(LOG[2])) == anchor(LOG[2]) == LOG[2].hash.hex()[:32]
    for hashed in (LOG[2].hash, LOG[2].hash[:16]):
        assert walked(LOG, size=2, sought={hashed[:16]: hashed})[0].sought == {}
    for hashed in (b"x" * 16, LOG[2].hash[:16] + b"x"):
        assert walked(LOG, size=2, sought={hashed[:16]: hashed})[0].sought


def test_a_part_is_never_signed_with_the_words_of_a_head() -> None:
    part = extract_statement("T1", 3, 7, b"h", NOW)
    assert part.startswith(b"vpsbot audit extract v1\n")
    others = [("T2", 3, 7, b"h", NOW), ("T1", 4, 7, b"h", NOW), ("T1", 3, 8, b"h", NOW), ("T1", 3, 7, b"i", NOW)]
    assert part not in [head_statement("T1", 7, b"h", NOW), *(extract_statement(*other) for other in others)]


def rehashed(entry: Entry) -> Entry:
    """What somebody writes who knows how the hash is made."""
    return replace(entry, hash=entry_hash(entry))

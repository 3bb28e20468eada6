"""Secrets at rest: bound to their place, readable with any key that is held, and never shown by a mistake."""

import base64
import os

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.store.sealing import KeyProblem, Sealer, Unreadable, new_key

OLD, NEW = new_key(), new_key()


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_what_was_sealed_is_read_again_at_its_place(value: str, workspace: str, column: str) -> None:
    sealer = Sealer(OLD)
    assert sealer.open(workspace, column, sealer.seal(workspace, column, value)) == value


MOVED: dict[str, tuple[str, str]] = {
    "to another workspace": ("T2", "workspaces.token"),
    "to another column": ("T1", "audit_heads.private_key"),
    "to a place that only looks alike": ("T1workspaces", ".token"),
    "to nowhere": ("", ""),
}


@pytest.mark.parametrize("sentence", MOVED)
def test_what_was_moved_is_refused(sentence: str) -> None:
    sealer = Sealer(OLD)
    with pytest.raises(Unreadable):
        sealer.open(*MOVED[sentence], sealer.seal("T1", "workspaces.token", "vps_secret"))


def test_a_sealed_value_shows_nothing_and_is_never_the_same_twice() -> None:
    sealer = Sealer(OLD)
    once, again = (sealer.seal("T1", "workspaces.token", "vps_secret") for _ in range(2))
    assert once != again
    for hidden in (b"vps_secret", b"T1"):
        assert hidden not in base64.urlsafe_b64decode(once)


@given(st.data())
def test_an_altered_value_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(Sealer(OLD).seal("T1", "workspaces.token", "vps_secret")))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        Sealer(OLD).open("T1", "workspaces.token", base64.urlsafe_b64encode(sealed))


FOREIGN: dict[str, bytes] = {
    "nothing": b"",
    "a letter": b"x",
    "bytes": b"\xff" * 100,
    "encrypted, but no JSON": Fernet(OLD).encrypt(b"no JSON"),
    "encrypted, but bound to no place": Fernet(OLD).encrypt(b"[]"),
}


@pytest.mark.parametrize("sentence", FOREIGN)
def test_what_was_never_sealed_is_refused(sentence: str) -> None:
    with pytest.raises(Unreadable):
        Sealer(OLD).open("T1", "workspaces.token", FOREIGN[sentence])


def test_the_newest_key_seals_and_every_key_reads() -> None:
    sealed_before = Sealer(OLD).seal("T1", "c", "value")
    both = Sealer(f"{NEW},{OLD}")
    assert both.open("T1", "c", sealed_before) == "value"
    sealed_now = both.seal("T1", "c", "value")
    assert Sealer(NEW).open("T1", "c", sealed_now) == "value"
    with pytest.raises(Unreadable):
        Sealer(OLD).open("T1", "c", sealed_now)
    with pytest.raises(Unreadable):
        Sealer(NEW).open("T1", "c", sealed_before)


RAW = os.urandom(32)
GOOD_KEYS = {
    "url-safe, as we make them": new_key(),
    "standard base64": base64.b64encode(b"\xfb\xff" * 16).decode(),
    "with spaces around": f"  {new_key()} ",
    "two, and a comma too many": f"{NEW}, {OLD},",
}


@pytest.mark.parametrize("sentence", GOOD_KEYS)
def test_keys_that_are_taken(sentence: str) -> None:
    sealer = Sealer(GOOD_KEYS[sentence])
    assert sealer.open("T1", "c", sealer.seal("T1", "c", "value")) == "value"


BAD_KEYS: dict[str, tuple[str, str]] = {
    "none": ("", "VPSBOT_ENCRYPTION_KEYS is not set."),
    "only commas": (" , ,", "VPSBOT_ENCRYPTION_KEYS is not set."),
    "a password": ("hunter2hunter2", "Key 1 in VPSBOT_ENCRYPTION_KEYS is malformed"),
    "too short": (base64.b64encode(RAW[:31]).decode(), "Key 1 in"),
    "too long": (base64.b64encode(RAW + b"x").decode(), "Key 1 in"),
    "hexadecimal": (RAW.hex(), "Key 1 in"),
    "without its padding": (base64.b64encode(RAW).decode().rstrip("="), "Key 1 in"),
    "the second of two": (f"{NEW},oops", "Key 2 in"),
    "letters of another alphabet": ("ключ" * 11, "Key 1 in"),
}


@pytest.mark.parametrize("sentence", BAD_KEYS)
def test_keys_that_are_not_taken_and_what_to_do(sentence: str) -> None:
    keys, said = BAD_KEYS[sentence]
    with pytest.raises(KeyProblem) as problem:
        Sealer(keys)
    assert said in str(problem.value)
    assert "Make one with `vpsbot keys generate`" in str(problem.value)
    given_ = [key for key in keys.split(",") if key.strip()]
    assert not any(key in str(problem.value) for key in given_), "a key is a secret, also a malformed one"

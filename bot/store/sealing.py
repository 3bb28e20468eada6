"""Secrets at rest: Fernet with several keys, newest first, each secret bound to its workspace and column.

A sealed value that was moved to another row or column is refused, so who can write the database can't make one
workspace act with another's token.
"""

import base64
import binascii
import json
import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyProblem(Exception):
    """The encryption keys are missing or malformed; the message is a sentence for whoever starts the bot."""


class Unreadable(Exception):
    """A sealed value can't be opened: another key, another place, or altered."""


HOW_TO_MAKE_ONE = "Make one with `vpsbot keys generate` and set VPSBOT_ENCRYPTION_KEYS to it."


def new_key() -> str:
    """A fresh key, as VPSBOT_ENCRYPTION_KEYS takes it: url-safe base64 of 32 random bytes."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


class Sealer:
    """Seals and opens short texts."""

    def __init__(self, keys: str) -> None:
        """`keys`: comma-separated base64 of 32 bytes each, newest first. Raises KeyProblem."""
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        if not parts:
            raise KeyProblem(f"VPSBOT_ENCRYPTION_KEYS is not set. {HOW_TO_MAKE_ONE}")
        fernets = [_fernet(part, number) for number, part in enumerate(parts, 1)]
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)

    def seal(self, workspace: str, column: str, value: str) -> bytes:
        """The value, unreadable and tied to its place."""
        return self._fernet.encrypt(json.dumps([workspace, column, value]).encode())

    def is_newest(self, sealed: bytes) -> bool:
        """Whether a value was sealed with the newest key."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def open(self, workspace: str, column: str, sealed: bytes) -> str:
        """The value again. Raises Unreadable."""
        try:
            place_and_value = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            raise Unreadable("sealed with a key that is not in VPSBOT_ENCRYPTION_KEYS, or altered") from None
        if place_and_value[:2] != [workspace, column]:
            raise Unreadable("sealed for another workspace or column")
        return str(place_and_value[2])

    def bind(self, workspace: str, member: str, place: str, value: str) -> str:
        """A value that goes out to a person, such as a dialog's metadata: nobody else's, and not to be altered."""
        return self.seal(workspace, f"{place} of {member}", value).decode()

    def bound(self, workspace: str, member: str, place: str, text: str) -> str:
        """The value that comes back. Raises Unreadable when it was altered, or given to somebody or something else."""
        return self.open(workspace, f"{place} of {member}", text.encode())


def _fernet(key: str, number: int) -> Fernet:
    try:
        raw = base64.b64decode(key.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise KeyProblem(
            f"Key {number} in VPSBOT_ENCRYPTION_KEYS is malformed: it must be base64 of 32 bytes. {HOW_TO_MAKE_ONE}"
        )
    return Fernet(base64.urlsafe_b64encode(raw))

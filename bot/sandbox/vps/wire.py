"""What a handler is asked and what it answers: plain values, so that both dialects stay apart from the HTTP server."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from bot.sandbox.vps.state import Account, Server, State, Token

NOT_FOUND_PAGE = "<!doctype html><title>Not Found</title><h1>Not Found</h1><p>The requested resource was not found.</p>"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body: a text is sent as HTML, None as nothing, everything else as JSON.

    `about` names the server a call created, which its path can't.
    """

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    about: str | None = None


class Refused(Exception):
    """Nothing was done; this is the answer."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.answer = Answer(status, body, headers or {})


@dataclass(frozen=True, slots=True)
class Ask:
    """One call, whose token was good. `at` is when its work is done; `origin` is how the caller reached us."""

    state: State
    account: Account
    token: Token
    at: datetime
    origin: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str
    raw: bytes

    def body(self) -> dict[str, object]:
        """The JSON object that was sent, {} for nothing. Raises Refused in the words of the REST framework."""
        if not self.raw.strip():
            return {}
        if self.content_type != "application/json":
            raise Refused(415, {"detail": f'Unsupported media type "{self.content_type}" in request.'})
        try:
            found = json.loads(self.raw)
        except ValueError as error:
            raise Refused(400, {"detail": f"JSON parse error - {error}"}) from None
        if not isinstance(found, dict):
            raise Refused(400, {"non_field_errors": ["Invalid data. Expected a dictionary, but got another type."]})
        return found


Handler = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API. `{id}` and `{uuid}` in the pattern become parameters; `scope` None: any live token."""

    method: str
    pattern: str
    action: str
    scope: str | None
    handler: Handler
    action_of: Callable[[bytes], str] | None = None  # where the body says what it is

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters when `path`, without the API's prefix, is this route's."""
        found = _compiled(self.pattern).fullmatch(path)
        return found.groupdict() if found else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{id}", r"(?P<id>[0-9]+)").replace("{uuid}", r"(?P<id>[0-9a-f-]{36})"))


def moment(when: datetime) -> str:
    """As the documentation writes times: 2025-01-10T14:30:00Z."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def not_found() -> Refused:
    """No such server, or another account's: the same answer."""
    return Refused(404, {"detail": "Not found."})


def refuse_power(server: Server, verb: str) -> None:
    """Raises Refused when the server can't be started, stopped or restarted now."""
    why = server.why_not(verb)
    if why:
        raise Refused(400, {"detail": why})


def charge(account: Account, price: float) -> None:
    """Raises Refused (402) when the account's credits are short of `price` dollars."""
    if account.credits is not None and account.credits < price:
        raise Refused(402, {"detail": "Insufficient credits. Please add funds to your account."})

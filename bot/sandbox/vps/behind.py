"""What is done behind the bot's back: servers, accounts and settings, changed without the API and its validation."""

from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from datetime import timedelta

from bot.sandbox.vps import fleet as fleets
from bot.sandbox.vps.state import Account, Server, Settings, State

DIALECTS = ("documented", "vendor")
FLEETS = ("default", "empty")
DURATIONS = frozenset(field.name for field in fields_of(Settings))


def add_server(state: State, account: Account, fields: Mapping[str, object]) -> Server:
    """Adds a server, at once in the state given. Raises ValueError for a field there isn't, or an id in use."""
    state.settle()
    name, id_ = fields.get("name", "web-1"), fields.get("id")
    if not isinstance(name, str):
        raise ValueError("name is a text")
    if id_ is not None and (isinstance(id_, bool) or not isinstance(id_, int) or id_ in account.servers):
        raise ValueError(f"id {id_!r} is in use, or no integer")
    server = fleets.blank(state, name, id_)
    fleets.assign(server, {key: value for key, value in fields.items() if key != "id"})
    return state.add(account, server)


def change_server(state: State, ref: int | str, token: str | None, fields: Mapping[str, object]) -> Server:
    """Changes any fields; `updated_at` advances unless it is given, a new status ends what was under way.

    Raises LookupError, ValueError.
    """
    now = state.settle()
    _, server = state.one(ref, token)
    fleets.assign(server, fields)
    at = server.updated_at if "updated_at" in fields else now
    state.touch(server, at, server.status if "status" in fields else None)
    return server


def remove_server(state: State, ref: int | str, token: str | None) -> None:
    """Takes a server away. Raises LookupError."""
    state.settle()
    state.delete(*state.one(ref, token))


def open_account(
    state: State,
    token: str,
    *,
    email: str,
    permissions: Iterable[str],
    fleet: str,
    dialect: str,
    credits: float | None = None,
    bare_lists: bool = False,
) -> Account:
    """Another customer. Raises ValueError for a token in use, an unknown dialect or fleet."""
    if dialect not in DIALECTS:
        raise ValueError(f"there is no dialect {dialect!r}; there are: {', '.join(DIALECTS)}")
    if fleet not in FLEETS:
        raise ValueError(f"there is no fleet {fleet!r}; there are: {', '.join(FLEETS)}")
    created = state.clock.now() - timedelta(days=1500)
    account = Account(email, created, dialect, credits, bare_lists)
    state.add_token(account, token, permissions)
    state.accounts.append(account)
    if fleet == "default":
        fleets.fill(state, account)
    return account


def change_settings(state: State, account: Account, wanted: Mapping[str, object]) -> dict[str, object]:
    """Sets how long changes take (seconds; None: without end) and the account's `credits` and `bare_lists`.

    Gives all of them as they are now. Raises ValueError for another or an impossible one, and then sets nothing.
    """
    for key, value in wanted.items():
        _check_setting(key, value)
    for key, value in wanted.items():
        setattr(state.settings if key in DURATIONS else account, key, value)
    durations = {key: getattr(state.settings, key) for key in sorted(DURATIONS)}
    return {**durations, "credits": account.credits, "bare_lists": account.bare_lists}


def _check_setting(key: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in DURATIONS:
        fits = value is None or (number and float(str(value)) >= 0)
    elif key == "credits":
        fits = value is None or number
    elif key == "bare_lists":
        fits = isinstance(value, bool)
    else:
        raise ValueError(f"there is no setting {key!r}")
    if not fits:
        raise ValueError(f"{key} can't be {value!r}")

"""Reading is total: any JSON gives values of the promised types or a `ProviderError`, never anything else."""

import dataclasses
import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.servers import Plan, Server, System
from bot.vps.address import next_address, segment
from bot.vps.answers import json_of, nothing_of, retry_after
from bot.vps.dialects import TABLES, Dialect, Table
from bot.vps.errors import ProviderError, Trouble
from bot.vps.wire import Response

from .samples import ME, PLAN, WEB_DETAILS, page, power

BASE = "https://admin.vps.org/api/v1"
# How long one example takes says something about the machine, nothing about the parser.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
any_text = st.text(st.characters())
scalar = st.none() | st.booleans() | st.integers() | st.floats() | any_text
any_json = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4), max_leaves=12
)


def nearly(sample: dict[str, object]) -> st.SearchStrategy[object]:
    """The sample with some of its values replaced by anything, and some left out."""
    kept = {
        key: st.just(value) | any_json | (nearly(value) if isinstance(value, dict) else any_json)
        for key, value in sample.items()
    }
    return st.fixed_dictionaries({}, optional=kept)


servers = nearly(WEB_DETAILS)
tables = st.sampled_from([TABLES[dialect] for dialect in Dialect])


@patient
@given(tables, any_json | servers)
def test_any_json_as_a_server(table: Table, body: object) -> None:
    try:
        server = table.server(body)
    except ProviderError as error:
        assert error.trouble is Trouble.UNREADABLE
        assert error.note
    else:
        _has_its_types(server)
        assert segment(server.id)
        assert server.name
        assert server.status


@patient
@given(tables, any_json | nearly(PLAN))
def test_any_json_as_a_plan(table: Table, body: object) -> None:
    try:
        _has_its_types(table.plan(body))
    except ProviderError as error:
        assert error.trouble is Trouble.UNREADABLE


@patient
@given(tables, any_json | nearly(page(WEB_DETAILS)) | st.lists(servers))
def test_any_json_as_a_list(table: Table, body: object) -> None:
    try:
        for row in table.page(body).rows:
            table.server(row)
    except ProviderError as error:
        assert error.trouble is Trouble.UNREADABLE


@patient
@given(tables, any_json | nearly(power("starting", "Server is starting")) | nearly(ME))
def test_any_json_as_an_account_or_a_power_answer(table: Table, body: object) -> None:
    response = Response(200, body=json.dumps(body).encode())
    for read in (lambda: table.account(body), lambda: table.power_answer(response)):
        try:
            _has_its_types(read())
        except ProviderError as error:
            assert error.trouble is Trouble.UNREADABLE


@patient
@given(st.integers(0, 1000), st.binary() | any_json.map(lambda body: json.dumps(body).encode()), any_text)
def test_any_answer(status: int, body: bytes, header: str) -> None:
    response = Response(status, {"content-type": header, "retry-after": header}, body)
    for read in (json_of, nothing_of):
        try:
            read(response)
        except ProviderError as error:
            assert str(error)
            assert error.retry_after is None or error.retry_after >= 0


@patient
@given(any_text, any_text)
def test_any_retry_after(value: str, date: str) -> None:
    seconds = retry_after({"retry-after": value, "date": date})
    assert seconds is None or seconds >= 0


@patient
@given(any_json | any_text.map(lambda tail: f"/api/v1/{tail}") | any_text.map(lambda tail: f"{BASE}{tail}"))
def test_any_next(link: object) -> None:
    try:
        found = next_address(BASE, f"{BASE}/servers/", link)
    except ProviderError as error:
        assert error.trouble is Trouble.UNREADABLE
    else:
        assert found is None or found.startswith(f"{BASE}/")


@patient
@given(any_text)
def test_any_id_is_one_segment(server_id: str) -> None:
    try:
        quoted = segment(server_id)
    except ProviderError as error:
        assert error.trouble is Trouble.REFUSED
    else:
        assert not set(quoted) & set("/?#\\ ")
        assert quoted.strip(".")


def _has_its_types(value: object) -> None:
    """Texts are harmless, numbers finite, times in UTC; checked for nested values too."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _has_its_types(getattr(value, field.name))
    elif isinstance(value, tuple):
        for row in value:
            _has_its_types(row)
    elif isinstance(value, str):
        assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value)
    elif isinstance(value, float):
        assert value - value == 0
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC
    else:
        assert value is None or isinstance(value, bool | int)


ODD: dict[str, tuple[dict[str, object], Server]] = {
    "hardly anything": ({}, Server("1", "web-1", "unknown")),
    "a UUID": ({"id": "7d4b"}, Server("7d4b", "web-1", "unknown")),
    "an id as a float": ({"id": 12.0}, Server("12", "web-1", "unknown")),
    "a number as a name": ({"name": 42}, Server("1", "42", "unknown")),
    "a status nobody knows": ({"status": "provisioning_failed"}, Server("1", "web-1", "provisioning_failed")),
    "a status that is none": ({"status": {"code": 1}}, Server("1", "web-1", "unknown")),
    "no address yet": ({"ip_address": ""}, Server("1", "web-1", "unknown")),
    "a location with details": ({"location": {"code": "us-west"}}, Server("1", "web-1", "unknown", location="us-west")),
    "a plan by name": ({"plan": "Standard"}, Server("1", "web-1", "unknown", plan=Plan("", "Standard"))),
    "a plan by id": ({"plan": {"id": 3}}, Server("1", "web-1", "unknown", plan=Plan("3", "3"))),
    "memory as a text": (
        {"plan": {"id": 3, "name": "S", "memory": "4096", "vcpus": "two", "storage": 80.5}},
        Server("1", "web-1", "unknown", plan=Plan("3", "S", memory_mb=4096, storage_gb=80)),
    ),
    "a system by name": ({"os": "Debian 12"}, Server("1", "web-1", "unknown", system=System("", "Debian 12"))),
    "backups as a text": ({"backups_enabled": "true"}, Server("1", "web-1", "unknown", backups=True)),
    "a time with an offset": (
        {"created_at": "2025-01-10T16:30:00.5+02:00"},
        Server("1", "web-1", "unknown", created_at=datetime(2025, 1, 10, 14, 30, 0, 500000, UTC)),
    ),
    "a time without one": (
        {"created_at": "2025-01-10 14:30:00"},
        Server("1", "web-1", "unknown", created_at=datetime(2025, 1, 10, 14, 30, tzinfo=UTC)),
    ),
    "no time": ({"created_at": "yesterday", "updated_at": 1736519400}, Server("1", "web-1", "unknown")),
    "a line feed in the name": ({"name": "web\n1\u202e"}, Server("1", "web 1", "unknown")),
    "unknown fields": ({"region": "x", "password": "y"}, Server("1", "web-1", "unknown")),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_tolerated(case: str) -> None:
    fields, server = ODD[case]
    assert TABLES[Dialect.DOCUMENTED].server({"id": 1, "name": "web-1"} | fields) == server


@pytest.mark.parametrize("value", [None, "", " ", ".", "..", "a\nb", True, [], {}, float("nan")])
def test_what_is_no_id(value: object) -> None:
    with pytest.raises(ProviderError, match="server id"):
        TABLES[Dialect.DOCUMENTED].server({"id": value, "name": "web-1"})

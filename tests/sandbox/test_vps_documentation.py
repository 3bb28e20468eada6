"""`docs/local-vps-api.md` and the code say the same."""

import re
from pathlib import Path

from bot.sandbox.vps import LocalVps
from bot.sandbox.vps.faults import ACTIONS, KINDS, OPTIONS, parse

PAGE = Path(__file__).parents[2] / "docs" / "local-vps-api.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a header row that begins with `heading`."""
    lines = PAGE.read_text().splitlines()
    start = lines.index(next(line for line in lines if line.startswith(f"| {heading} |"))) + 2
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_fault_and_option_is_documented() -> None:
    documented = {quoted(kind)[0]: set(quoted(options)) for kind, options, _ in rows("kind")}
    assert documented == {kind: set(OPTIONS[kind]) for kind in KINDS}


def test_every_action_is_documented() -> None:
    [line] = re.findall(r"`action` is one of (.*?), too\.", PAGE.read_text(), flags=re.DOTALL)
    assert set(quoted(line)) == ACTIONS


def test_every_call_is_documented() -> None:
    documented = {call.split("?")[0] for row in rows("call") for call in quoted(row[0])}
    routes = LocalVps(fleet="empty").make_app().router.routes()
    served = {
        f"{route.method} {route.resource.canonical}"
        for route in routes
        if route.resource and route.resource.canonical.startswith("/_control") and route.method != "HEAD"
    }
    assert documented == served


def test_every_default_is_documented() -> None:
    for name, options, _ in rows("kind"):
        fault = parse({"kind": quoted(name)[0]})
        for option, default in re.findall(r"`(\w+)` \(([^)]+)\)", options):
            assert str(getattr(fault, option)).lower() in (default.replace(",", ""), f"{default}.0"), (name, option)
        undocumented = {option for option in OPTIONS[fault.kind] if f"`{option}` (" not in options}
        assert undocumented <= {"body", "headers", "retry_after", "effect", "location"}

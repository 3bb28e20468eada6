"""A log in a file: what was written is read again, whatever people typed, and every change to the file is found."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.audit import (
    GENESIS,
    Action,
    Draft,
    Entry,
    Head,
    chain,
    extract_statement,
    head_statement,
    row_of,
    timestamp,
)
from bot.domain.audit_file import (
    COLUMNS,
    BadFile,
    Checked,
    Closing,
    Format,
    check_file,
    close_log,
    head_line,
    open_file,
    read_head,
    write_rows,
)
from bot.domain.verifying import Flaw
from bot.store.audit import good_signature
from tests.rules.making import NOW

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
FORMS = pytest.mark.parametrize("form", list(Format))
NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'",
    "''=x",
    "\t=1",
    "\r\n",
    "a,b",
    'say "x"',
    "ü🦄",
    "",
    "＝1",
    "#closing",
)


def a_log(texts: Sequence[str] = NASTY, workspace: str = "T1") -> list[Entry]:
    entries: list[Entry] = []
    for seq, text in enumerate(texts, 1):
        draft = Draft(Action.ACCESS_ASKED, text, text, text, reason=text, detail={"typed": text})
        previous = entries[-1].hash if entries else GENESIS
        entries.append(chain(draft, workspace=workspace, seq=seq, previous=previous, time=NOW))
    return entries


def closing(entries: Sequence[Entry], *, first: int | None = None, **changed: bytes | int) -> Closing:
    last = entries[-1]
    statement = (
        head_statement(last.workspace, last.seq, last.hash, NOW)
        if first is None
        else extract_statement(last.workspace, first, last.seq, last.hash, NOW)
    )
    head = Head(last.workspace, last.seq, last.hash, NOW, KEY.sign(statement), PUBLIC)
    return Closing(replace(head, **changed), first)  # type: ignore[arg-type]


def written(form: Format, *logs: tuple[Sequence[Entry], Closing | None]) -> str:
    out = io.StringIO(newline="")
    open_file(form, out)
    for entries, end in logs:
        if entries:
            write_rows(form, out, entries[0].workspace, map(row_of, entries), timestamp)
        if end:
            close_log(form, out, end)
    return out.getvalue()


def checked(text: str, *trusted: bytes) -> list[Checked]:
    return list(check_file(io.StringIO(text, newline=""), set(trusted) or {PUBLIC}, good_signature))


def told(text: str) -> list[tuple[str, int, int, Flaw | None]]:
    return [(c.workspace, c.first, c.last, c.finding.flaw if c.finding else None) for c in checked(text)]


@FORMS
@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=5))
def test_whatever_was_typed_is_read_again(form: Format, texts: list[str]) -> None:
    entries = a_log(texts)
    assert told(written(form, (entries, closing(entries)))) == [("T1", 1, len(texts), None)]


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    entries = a_log()
    text = written(Format.CSV, (entries, closing(entries)))
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row if cell]
    assert len(cells) > 100
    assert [cell for cell in cells if cell[0] in "=+-@\t\r\n＝"] == []
    assert told(text) == [("T1", 1, len(NASTY), None)]


@FORMS
def test_several_logs_and_parts_of_them_stand_in_one_file(form: Format) -> None:
    first, second = a_log(), a_log(["a", "b", "c", "d"], "T2")
    text = written(form, (first[4:], closing(first)), (second[1:3], closing(second[:3], first=2)), ([], closing(first)))
    assert told(text) == [("T1", 5, len(first), None), ("T2", 2, 3, None), ("T1", 0, 0, None)]
    assert [each.whole for each in checked(text)] == [True, False, True]


Bend = Callable[[list[str]], list[str]]
BENT: dict[str, tuple[Bend, Flaw]] = {
    "an entry changed": (lambda lines: [line.replace("web-2", "web-9") for line in lines], Flaw.ALTERED),
    "an entry removed": (lambda lines: lines[:-3] + lines[-2:], Flaw.MISSING),
    "entries swapped": (lambda lines: [*lines[:-4], lines[-3], lines[-4], *lines[-2:]], Flaw.MISSING),
    "an entry twice": (lambda lines: [*lines[:-3], lines[-3], *lines[-3:]], Flaw.REORDERED),
    "the tail cut": (lambda lines: lines[:-2] + lines[-1:], Flaw.TRUNCATED),
    "the end of the file cut": (lambda lines: lines[:-1], Flaw.NO_HEAD),
}


@FORMS
@pytest.mark.parametrize("sentence", BENT)
def test_a_file_that_was_bent_is_found(form: Format, sentence: str) -> None:
    bend, flaw = BENT[sentence]
    entries = a_log([f"web-{n}" for n in range(5)])
    lines = written(form, (entries, closing(entries))).splitlines(keepends=True)
    assert told("".join(lines)) == [("T1", 1, 5, None)]
    assert told("".join(bend(lines)))[0][3] is flaw


@FORMS
def test_what_was_signed_by_somebody_else_or_for_something_else_is_found(form: Format) -> None:
    entries = a_log(["a", "b", "c"])
    for end, flaw in (
        (closing(entries, signature=b"x" * 64), Flaw.BAD_SIGNATURE),
        (closing(entries, public_key=b"o" * 32), Flaw.FOREIGN_KEY),
        (closing(entries[:2]), Flaw.BEYOND_HEAD),
        (Closing(closing(entries, first=1).head), Flaw.BAD_SIGNATURE),
        (Closing(closing(entries).head, 1), Flaw.BAD_SIGNATURE),
        (closing(entries, first=2), Flaw.MISSING),
    ):
        assert told(written(form, (entries, end)))[0][3] is flaw
    other = [replace(each, actor="U0EVE") for each in entries]
    assert told(written(form, (entries[:1], None), (other[1:], closing(entries))))[0][3] is Flaw.ALTERED


LINE = written(Format.JSONL, (a_log(["a"]), None))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("hello\n", "Row 1 is not"),
        ("[]\n", "Row 1 is not"),
        ('{"closing": "head"}\n', "Row 1 is not"),
        ("workspace,seq\nT1,1\n", "Row 2 is not"),
        (json.dumps(dict.fromkeys(COLUMNS, 1)), "Row 1 is not"),
        (LINE.replace('"actor"', '"actor": "U0EVE", "actor"'), "Row 1 is not"),
        (LINE.replace('"actor"', '"also": "U0EVE", "actor"'), "Row 1 is not"),
        (LINE.replace('"seq": 1', '"seq": "01"'), "Row 1 is not"),
        (written(Format.CSV, (a_log(["=1+1"]), None)).replace("'=1+1", "=1+1"), "Row 2 is not"),
    ],
)
def test_a_file_that_is_no_export_is_said(text: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        checked(text)


def test_a_head_leaves_the_house_as_a_line_and_is_read_again() -> None:
    head = closing(a_log()).head
    line = head_line(head)
    assert line.endswith("}\n") and line.count("\n") == 1
    assert read_head(line) == head
    for torn in ("", line[:40], "{}", "[1]", '"x"', line.replace('"T1"', "1")):
        assert read_head(torn) is None

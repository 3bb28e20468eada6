"""What the provider said to what a dialog asked for: each sentence right below the input that it is about.

They stand in the dialog until their input is chosen anew: its blocks carry them from one showing to the next.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.field_words import lines_of
from bot.domain.operations import Operation, Outcome
from bot.slack.blocks import Block, context, cut, escape, section
from bot.slack.ids import BlockId
from bot.vps.dialects import Dialect

Remarks = Mapping[str, Block]
"""By the block id of the input; WHOLE for what is about none, HINT for where to look."""

WHOLE, HINT = "", "hint"

NO_REMARKS: Remarks = {}

_MARK = "said."
"""What the id of a block with a remark begins with; the input's own id follows."""

_LONGEST = 600

_INPUTS: Mapping[Dialect, Mapping[str, BlockId]] = {
    Dialect.DOCUMENTED: {
        "name": BlockId.NAME,
        "plan_id": BlockId.PLAN,
        "os_id": BlockId.SYSTEM,
        "location": BlockId.LOCATION,
        "hostname": BlockId.HOSTNAME,
        "ssh_key_id": BlockId.SSH_KEY,
        "backups_enabled": BlockId.BACKUPS,
    },
    # It has one name for a server, and calls it hostname.
    Dialect.VENDOR: {
        "hostname": BlockId.NAME,
        "plan": BlockId.PLAN,
        "os_version": BlockId.SYSTEM,
        "location": BlockId.LOCATION,
        "ssh_keys": BlockId.SSH_KEY,
    },
}
"""The inputs that a draft's fields are filled in at."""

_BESIDE: Mapping[str, str] = {
    BlockId.OTHER_PLAN: BlockId.PLAN,
    BlockId.OTHER_SYSTEM: BlockId.SYSTEM,
    BlockId.OTHER_LOCATION: BlockId.LOCATION,
}
"""Inputs that only say more about another one."""


def refused_words(operation: Operation) -> str:
    """What the provider said to an operation that it refused; nothing when something else was in the way."""
    return operation.words if operation.outcome is Outcome.REFUSED else ""


def remarks_on(words: str, dialect: str | None, inputs: Sequence[BlockId]) -> dict[str, Block]:
    """The provider's words as they were kept, for a dialog that has these inputs."""
    fields = _INPUTS[Dialect(dialect or Dialect.DOCUMENTED)]
    found: dict[str, list[str]] = {}
    for field, line in lines_of(words):
        block = fields.get(field)
        if block in inputs:
            found.setdefault(str(block), []).append(line.partition(": ")[2])
        else:
            found.setdefault(WHOLE, []).append(line)
    remarks = {block: _remark(block, " ".join(said)) for block, said in found.items()}
    return remarks if remarks.keys() <= {WHOLE} else {HINT: _remark(HINT), **remarks}


def still(view: Mapping[str, Any], chosen: str) -> dict[str, Block]:
    """The remarks that a shown dialog has, but for the one about the input at which something was chosen now."""
    shown = {str(block.get("block_id", "")): dict(block) for block in view.get("blocks") or ()}
    found = {name.removeprefix(_MARK): block for name, block in shown.items() if name.startswith(_MARK)}
    kept = {about: remark for about, remark in found.items() if about != _BESIDE.get(chosen, chosen)}
    return kept if kept.keys() - {WHOLE, HINT} else {about: kept[about] for about in kept if about == WHOLE}


def with_remarks(blocks: Sequence[Block], remarks: Remarks) -> list[Block]:
    """A dialog's blocks with each remark below its input."""
    last = {_about(block): at for at, block in enumerate(blocks)}
    placed = [remarks[about] for about in (WHOLE, HINT) if about in remarks]
    for at, block in enumerate(blocks):
        about = _about(block)
        placed += [block, *([remarks[about]] if about and about in remarks and last[about] == at else [])]
    return placed


def _about(block: Block) -> str:
    own = str(block.get("block_id", ""))
    return _BESIDE.get(own, own)


def _remark(about: str, words: str = "") -> Block:
    quoted = f"“{escape(cut(words, _LONGEST))}”"
    block = {
        WHOLE: section(f"⚠️ VPS.org refused it: {quoted}"),
        HINT: section("⚠️ VPS.org refused it. What it says stands below the inputs."),
    }.get(about, context(f"⚠️ VPS.org says: {quoted}"))
    return block | {"block_id": _MARK + about}

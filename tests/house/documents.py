"""Makes the parts of the documents that follow from the code (`make docs`); the checks compare them with it."""

import re
from pathlib import Path

from bot import contents
from bot.config import Settings
from bot.domain.roles import NEEDS
from bot.metrics import METRICS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def commands() -> str:
    """docs/commands.md, from the router."""
    rows = []
    for command in contents.router().commands.values():
        role = f"*{NEEDS[command.needs]}*" if command.needs else "everyone"
        usage = command.usage.replace("|", "\\|")
        examples = "<br>".join(f"`/vps {example}`" for example in command.examples)
        rows.append(f"| `/vps {usage}` | {command.summary} | {role} | {examples} |")
    return _COMMANDS.format(rows="\n".join(rows))


_COMMANDS = """# Commands

Made from the code by `make docs`.

| command | what it does | takes the role | for example |
|---|---|---|---|
{rows}

A server is named by its name or id; a name that is close is offered, never taken. `web-*` is a pattern. Words in
quotes hold together. `status=active` and `--status active` are the same.
"""


def settings() -> list[str]:
    """The rows of the settings table in docs/operating.md."""
    rows = []
    for field in Settings.model_fields.values():
        default = str(getattr(field.default, "get_secret_value", lambda value=field.default: value)())
        shown = f"`{default}`" if default not in ("", "()") else ""
        rows.append(f"| `{field.validation_alias}` | {shown} | {field.description} |")
    return rows


def metrics() -> list[str]:
    """The rows of the table of metrics in docs/operating.md."""
    labelled = [(each, ", ".join(f"`{label}`" for label in each.labels)) for each in METRICS]
    return [f"| `{each.name}` | {each.kind} | {labels} | {each.says} |" for each, labels in labelled]


def write() -> None:
    """Writes what follows from the code into the documents."""
    (DOCS / "commands.md").write_text(commands(), encoding="utf-8")
    operating = DOCS / "operating.md"
    text = operating.read_text(encoding="utf-8")
    table = "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(settings()) + "\n"
    text = re.sub(r"\| variable \| default \| meaning \|\n(\|.*\n|SETTINGS\n)+", lambda _found: table, text)
    figures = "| metric | type | labels | meaning |\n|---|---|---|---|\n" + "\n".join(metrics()) + "\n"
    text = re.sub(r"\| metric \| type \| labels \| meaning \|\n(\|.*\n)+", lambda _found: figures, text)
    operating.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()

"""Watching the fleet, notes about servers, and what is done every few minutes or every morning."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "notes",
        _text("workspace", 64),
        _text("server_id", 255),
        _text("server_name", 255),
        _text("owner", 64),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        _text("written_by", 64),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "server_id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_ask_at", "notes", ["ask_at"])
    op.create_table(
        "rounds",
        _text("workspace", 64),
        _text("kind", 16),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        _text("account", 255),
        sa.PrimaryKeyConstraint("workspace", "kind", name=op.f("pk_rounds")),
    )
    op.create_index("ix_rounds_due_at", "rounds", ["due_at"])
    op.create_table(
        "seen_servers",
        _text("workspace", 64),
        _text("server_id", 255),
        _text("server_name", 255),
        _text("status", 64),
        _text("address", 255),
        _text("plan", 255),
        sa.PrimaryKeyConstraint("workspace", "server_id", name=op.f("pk_seen_servers")),
    )
    op.create_table(
        "fleet_changes",
        _text("workspace", 64),
        _text("id", 64),
        _text("look", 64),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        _text("server_id", 255),
        _text("server_name", 255),
        _text("what", 16),
        _text("was", 255),
        _text("became", 255),
        _text("by", 64),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_fleet_changes")),
    )
    op.create_index("ix_fleet_changes_workspace_look", "fleet_changes", ["workspace", "look"])
    op.create_index("ix_fleet_changes_workspace_found_at", "fleet_changes", ["workspace", "found_at"])
    op.create_table(
        "follows",
        _text("workspace", 64),
        _text("server_id", 255),
        _text("member", 64),
        _text("server_name", 255),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "server_id", "member", name=op.f("pk_follows")),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)

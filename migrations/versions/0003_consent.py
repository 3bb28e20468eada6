"""Requests that wait for other people's consent, and what it is given to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("requests", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("needed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("requests", sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("requests", _no("broke_glass"))
    op.add_column("requests", sa.Column("claimed_by", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("closed_by", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("anchor", sa.String(length=32), nullable=False, server_default=""))
    op.create_index("ix_requests_due_at", "requests", ["due_at"])
    op.create_table(
        "votes",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saw", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "request", "voter", name=op.f("pk_votes")),
        sa.ForeignKeyConstraint(
            ["workspace", "request"], ["requests.workspace", "requests.id"], name=op.f("fk_votes_workspace_request")
        ),
    )
    op.add_column("operations", sa.Column("account", sa.String(length=255), nullable=False, server_default=""))
    op.add_column("operations", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("operations", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("operations", _no("stop_first"))
    op.add_column("operations", _no("lost"))
    op.add_column("operations", sa.Column("shown", sa.JSON(), nullable=True))
    op.add_column("operations", sa.Column("alike", sa.JSON(), nullable=True))
    op.create_index("ix_operations_workspace_kind_requested_at", "operations", ["workspace", "kind", "requested_at"])
    op.add_column("offers", sa.Column("shown", sa.JSON(), nullable=True))
    op.add_column("offers", sa.Column("channel", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("offers", _no("broke_glass"))
    op.add_column("grants", _no("break_glass"))
    op.create_table(
        "protections",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("server_id", sa.String(length=255), nullable=False),
        sa.Column("server_name", sa.String(length=255), nullable=False),
        sa.Column("protected_by", sa.String(length=64), nullable=False),
        sa.Column("protected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "server_id", name=op.f("pk_protections")),
    )
    # "requested" now means: waits for consent. What was asked for before needed none.
    op.execute("UPDATE operations SET state = 'approved', approved_at = requested_at WHERE state = 'requested'")


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))

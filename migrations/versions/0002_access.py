"""Asking for access, floods of refusals, and looking things up in a long log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "access_requests",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("server_name", sa.String(length=255), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_access_requests")),
    )
    op.create_index(
        "uq_access_requests_open",
        "access_requests",
        ["workspace", "member", "role", "server_name"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "refusals",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "member", name=op.f("pk_refusals")),
    )
    op.create_index("ix_refusals_due_at", "refusals", ["due_at"])
    op.create_index("ix_operations_workspace_server_id", "operations", ["workspace", "server_id", "id"])
    op.create_index("ix_audit_entries_workspace_actor", "audit_entries", ["workspace", "actor", "seq"])
    op.create_index("ix_audit_entries_workspace_target", "audit_entries", ["workspace", "target", "seq"])

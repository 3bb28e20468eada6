"""How far the log's heads have left the house; looking into a long log by time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "audit_sinks",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=255), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_audit_sinks")),
    )
    op.create_index("ix_audit_entries_workspace_time", "audit_entries", ["workspace", "time", "seq"])

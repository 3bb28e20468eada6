"""Creations, renames and edits: what a server is to be, and the name that it takes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("operations", sa.Column("wanted", sa.JSON(), nullable=True))
    op.add_column("operations", sa.Column("takes_name", sa.String(length=255), nullable=True))
    op.add_column("operations", sa.Column("reads", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "uq_operations_open_name",
        "operations",
        ["workspace", "takes_name"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_operations_workspace_takes_name", "operations", ["workspace", "takes_name", "id"])

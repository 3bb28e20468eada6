"""Notes know the account of their server: another one's list doesn't say that it is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("notes", sa.Column("account", sa.String(length=255), nullable=False, server_default=""))
    of_workspace = "SELECT account FROM workspaces WHERE workspaces.id = notes.workspace"
    op.execute(f"UPDATE notes SET account = coalesce(({of_workspace}), '')")

"""What who votes is told and may do: a server's use, who was in the groups then, since when a role gives a vote."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("grants", sa.Column("votes_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("inside", sa.JSON(), nullable=True))
    op.add_column("operations", sa.Column("use", sa.JSON(), nullable=True))

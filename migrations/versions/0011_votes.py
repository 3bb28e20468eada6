"""Since when the holder of a role given anew could vote, and who was in the groups when a request was filed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("grants", sa.Column("votes_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("inside", sa.JSON(), nullable=True))

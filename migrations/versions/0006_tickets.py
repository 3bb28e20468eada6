"""Tickets between replicas: the tables of procrastinate, on PostgreSQL only.

Its schema is the one of the version that is pinned; an upgrade of procrastinate comes with a migration of its own, made
of the steps that it ships (`SchemaManager.get_migrations_path`). A test compares the version.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PROCRASTINATE = "3.10.0"
"""Whose schema this is."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    if connection.execute(sa.text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None:
        return  # somebody's own procrastinate lives in this database: the tables are the same
    from procrastinate.schema import SchemaManager

    # Many statements at once go without parameters, not even none.
    connection.execution_options(no_parameters=True).exec_driver_sql(SchemaManager.get_schema())

"""Schedules, and what was done at each of their times."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("servers", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("every", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=32), nullable=False),
        sa.Column("cancelled_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_schedules")),
    )
    op.create_index("ix_schedules_due_at", "schedules", ["due_at"])
    op.create_index("ix_schedules_standing_created_at", "schedules", ["standing", "created_at"])
    op.create_table(
        "schedule_runs",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("schedule", sa.String(length=64), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("because", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_schedule_runs")),
        sa.UniqueConstraint("workspace", "schedule", "time", name=op.f("uq_schedule_runs_workspace_schedule_time")),
        sa.ForeignKeyConstraint(
            ["workspace", "schedule"],
            ["schedules.workspace", "schedules.id"],
            name=op.f("fk_schedule_runs_workspace_schedule"),
        ),
    )
    op.create_index("ix_schedule_runs_due_at", "schedule_runs", ["due_at"])

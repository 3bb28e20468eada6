"""All tables on one page (those of watching stand in `fleet_tables.py`). The migrations build the same; a test compares
them on every database."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store import fleet_tables as fleet_tables
from bot.store.columns import Time
from bot.store.columns import id_column as _id
from bot.store.columns import metadata as metadata
from bot.store.columns import workspace_column as _workspace

# A Slack team with its provider account. The token and every other secret is sealed (see sealing.py).
workspaces = Table(
    "workspaces",
    metadata,
    _id("id"),
    Column("created_at", Time, nullable=False),
    Column("token", LargeBinary),
    Column("dialect", String(16)),
    Column("account", String(255)),
    Column("connected_by", String(64)),
    Column("connected_at", Time),
    Column("settings", JSON, nullable=False),
    Column("enterprise", String(64), nullable=False, server_default=""),
    Column("resting_since", Time),
    PrimaryKeyConstraint("id"),
)
# Without the app in Slack nothing is done for a workspace: what is due there rests (see resting.py).
Index("ix_workspaces_resting_since", workspaces.c.resting_since)

# The app in a Slack team, or (`org_wide`) in all teams of an organisation: what OAuth gave, the tokens sealed.
installations = Table(
    "installations",
    metadata,
    _id("id"),
    Column("org_wide", Boolean, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("refresh_token", LargeBinary),
    Column("expires_at", Time),
    Column("due_at", Time),
    _id("bot_user"),
    _id("bot_id"),
    Column("scopes", Text, nullable=False),
    _id("installed_by"),
    Column("installed_at", Time, nullable=False),
    PrimaryKeyConstraint("id"),
)
Index("ix_installations_due_at", installations.c.due_at)

# A role for a person or a user group; per subject and pattern ("" stands for: all servers) one that stays and one
# that ends, so that a shift's role doesn't take away what was there before it; *auditor* stands beside the others.
grants = Table(
    "grants",
    metadata,
    _workspace(),
    _id("id"),
    Column("subject_kind", String(8), nullable=False),
    _id("subject"),
    Column("role", String(16), nullable=False),
    Column("glob", String(255), nullable=False),
    Column("until", Time),
    Column("limited", Boolean, nullable=False),
    _id("granted_by"),
    Column("granted_at", Time, nullable=False),
    Column("break_glass", Boolean, nullable=False, server_default=text("false")),
    Column("votes_since", Time),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "subject_kind", "subject", "glob", "limited", "role"),
)

# Somebody was refused and asked an admin for the role it takes; "" stands for: on all servers.
access_requests = Table(
    "access_requests",
    metadata,
    _workspace(),
    _id("id"),
    _id("member"),
    Column("role", String(16), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("asked", String(64), nullable=False),
    Column("asked_at", Time, nullable=False),
    Column("answer", String(16), nullable=False),
    Column("answered_by", String(64), nullable=False),
    Column("answered_at", Time),
    PrimaryKeyConstraint("workspace", "id"),
)
# One open request per person, role and server: who asks twice is reminded, not doubled.
Index(
    "uq_access_requests_open",
    access_requests.c.workspace,
    access_requests.c.member,
    access_requests.c.role,
    access_requests.c.server_name,
    unique=True,
    sqlite_where=text("answered_at IS NULL"),
    postgresql_where=text("answered_at IS NULL"),
)

# How often a person was refused lately: a flood is folded into one entry of the log, with a count.
refusals = Table(
    "refusals",
    metadata,
    _workspace(),
    _id("member"),
    Column("since", Time, nullable=False),
    Column("times", Integer, nullable=False),
    Column("due_at", Time),
    PrimaryKeyConstraint("workspace", "member"),
)
Index("ix_refusals_due_at", refusals.c.due_at)

requests = Table(
    "requests",
    metadata,
    _workspace(),
    _id("id"),
    _id("requester"),
    Column("kind", String(16), nullable=False),
    _id("channel"),
    Column("created_at", Time, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("needed", Integer, nullable=False, server_default="0"),
    Column("connected_at", Time),
    Column("expires_at", Time),
    Column("due_at", Time),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("broke_glass", Boolean, nullable=False, server_default=text("false")),
    Column("claimed_by", String(64), nullable=False, server_default=""),
    Column("closed_by", String(64), nullable=False, server_default=""),
    Column("anchor", String(32), nullable=False, server_default=""),
    Column("inside", JSON),
    PrimaryKeyConstraint("workspace", "id"),
)
Index("ix_requests_due_at", requests.c.due_at)

# One word of one person on a request; `saw` is the digest of what they were shown.
votes = Table(
    "votes",
    metadata,
    _workspace(),
    _id("request"),
    _id("voter"),
    Column("choice", String(16), nullable=False),
    Column("voted_at", Time, nullable=False),
    Column("saw", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "request", "voter"),
    ForeignKeyConstraint(["workspace", "request"], ["requests.workspace", "requests.id"]),
)

operations = Table(
    "operations",
    metadata,
    _workspace(),
    _id("id"),
    _id("request"),
    _id("requester"),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("server_id", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("account", String(255), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("requested_at", Time, nullable=False),
    Column("due_at", Time),
    Column("approved_at", Time),
    Column("not_before", Time),
    Column("stop_first", Boolean, nullable=False, server_default=text("false")),
    Column("called_at", Time),
    Column("lease_until", Time),
    Column("accepted_at", Time),
    Column("ended_at", Time),
    Column("updated_before", Time),
    Column("seen_moving", Boolean, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("lost", Boolean, nullable=False, server_default=text("false")),
    Column("overdue_told", Boolean, nullable=False),
    Column("outcome", String(32)),
    Column("words", Text, nullable=False),
    Column("seen_status", String(64), nullable=False),
    Column("shown", JSON),
    Column("alike", JSON),
    Column("wanted", JSON),
    Column("use", JSON),
    Column("takes_name", String(255)),
    Column("reads", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("workspace", "id"),
    ForeignKeyConstraint(["workspace", "request"], ["requests.workspace", "requests.id"]),
)
Index("ix_operations_workspace_request", operations.c.workspace, operations.c.request)
Index("ix_operations_due_at", operations.c.due_at)
Index("ix_operations_workspace_server_id", operations.c.workspace, operations.c.server_id, operations.c.id)
Index("ix_operations_workspace_kind_requested_at", operations.c.workspace, operations.c.kind, operations.c.requested_at)
# One open operation per server: the database itself refuses a second one.
Index(
    "uq_operations_open_server",
    operations.c.workspace,
    operations.c.server_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

# One open operation per name that will be taken: two creations of one name could not be told apart.
Index(
    "uq_operations_open_name",
    operations.c.workspace,
    operations.c.takes_name,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)
Index("ix_operations_workspace_takes_name", operations.c.workspace, operations.c.takes_name, operations.c.id)

audit_entries = Table(
    "audit_entries",
    metadata,
    _workspace(),
    Column("seq", BigInteger, nullable=False, autoincrement=False),
    Column("time", Time, nullable=False),
    _id("actor"),
    Column("action", String(64), nullable=False),
    Column("target", String(255), nullable=False),
    Column("operation", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("workspace", "seq"),
    UniqueConstraint("workspace", "previous"),
)

Index("ix_audit_entries_workspace_actor", audit_entries.c.workspace, audit_entries.c.actor, audit_entries.c.seq)
Index("ix_audit_entries_workspace_target", audit_entries.c.workspace, audit_entries.c.target, audit_entries.c.seq)
Index("ix_audit_entries_workspace_time", audit_entries.c.workspace, audit_entries.c.time, audit_entries.c.seq)

# The last entry of each workspace's log, signed; the signing key is sealed like the tokens.
audit_heads = Table(
    "audit_heads",
    metadata,
    _workspace(),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("time", Time, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("private_key", LargeBinary, nullable=False),
    PrimaryKeyConstraint("workspace"),
)

# How far each log's heads have left the house, and since when the sink doesn't take them.
audit_sinks = Table(
    "audit_sinks",
    metadata,
    _workspace(),
    Column("seq", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Time),
    Column("last_error", String(255), nullable=False, server_default=""),
    PrimaryKeyConstraint("workspace"),
)

# A promised message: until Slack has given its `ts`, and for a card, until Slack shows its newest version.
notices = Table(
    "notices",
    metadata,
    _workspace(),
    _id("id"),
    Column("kind", String(32), nullable=False),
    _id("subject"),
    Column("detail", JSON, nullable=False),
    _id("recipient"),
    Column("wanted_channel", String(64), nullable=False),
    Column("wanted_version", Integer, nullable=False),
    Column("sent_version", Integer, nullable=False),
    Column("due_at", Time),
    Column("attempts", Integer, nullable=False),
    Column("sending_since", Time),
    Column("channel", String(64), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_error", String(255), nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "kind", "subject"),
)
Index("ix_notices_due_at", notices.c.due_at)

# A change to several servers that was shown to a person and waits for their yes: a button carries its id.
offers = Table(
    "offers",
    metadata,
    _workspace(),
    _id("id"),
    _id("member"),
    Column("kind", String(16), nullable=False),
    Column("servers", JSON, nullable=False),
    Column("shown", JSON),
    Column("channel", String(64), nullable=False, server_default=""),
    Column("broke_glass", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Time, nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)
Index("ix_offers_created_at", offers.c.created_at)

# Servers that can't be deleted from Slack until an admin lifts it; by id, so that a rename doesn't shed it. `glob` is
# the protected pattern that the server has fitted at some time, "" when it was named itself.
protections = Table(
    "protections",
    metadata,
    _workspace(),
    Column("server_id", String(255), nullable=False),
    Column("glob", String(100), nullable=False),
    Column("server_name", String(255), nullable=False),
    _id("protected_by"),
    Column("protected_at", Time, nullable=False),
    PrimaryKeyConstraint("workspace", "server_id", "glob"),
)

# Changes of power that wait for a second admin. The payload is sealed: it may hold a token.
proposals = Table(
    "proposals",
    metadata,
    _id("id"),
    _workspace(),
    Column("power", String(16), nullable=False),
    Column("target", String(255), nullable=False),
    _id("proposer"),
    Column("proposed_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("due_at", Time),
    Column("payload", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("answered_by", String(64), nullable=False),
    Column("why", String(64), nullable=False),
    PrimaryKeyConstraint("id"),
)
Index("ix_proposals_due_at", proposals.c.due_at)

# Something to be done at a time, once or again and again; first it is offered, to the one person who may keep it.
schedules = Table(
    "schedules",
    metadata,
    _workspace(),
    _id("id"),
    _id("member"),
    Column("kind", String(16), nullable=False),
    Column("words", JSON, nullable=False),
    Column("servers", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("anew", Boolean, nullable=False),
    Column("at", String(5), nullable=False),
    _id("zone"),
    Column("every", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("next_at", Time),
    Column("due_at", Time),
    Column("account", String(255), nullable=False),
    Column("trouble", String(32), nullable=False),
    Column("cancelled_by", String(64), nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)
Index("ix_schedules_due_at", schedules.c.due_at)
Index("ix_schedules_standing_created_at", schedules.c.standing, schedules.c.created_at)

# What was done at one time of a schedule: the row is there once, so no time is done twice.
schedule_runs = Table(
    "schedule_runs",
    metadata,
    _workspace(),
    _id("id"),
    _id("schedule"),
    Column("time", Time, nullable=False),
    Column("state", String(16), nullable=False),
    Column("items", JSON, nullable=False),
    Column("since", Time, nullable=False),
    Column("request", String(64), nullable=False),
    Column("because", String(32)),
    Column("version", Integer, nullable=False),
    Column("due_at", Time),
    Column("ended_at", Time),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "schedule", "time"),
    ForeignKeyConstraint(["workspace", "schedule"], ["schedules.workspace", "schedules.id"]),
)
Index("ix_schedule_runs_due_at", schedule_runs.c.due_at)

# What Slack delivered and a change kept: so that a repeat changes nothing, and so that a change that was
# acknowledged before it was finished is finished after a crash. The payload is sealed and dropped when done.
deliveries = Table(
    "deliveries",
    metadata,
    _id("key"),
    _workspace(),
    Column("received_at", Time, nullable=False),
    Column("payload", LargeBinary),
    Column("due_at", Time),
    PrimaryKeyConstraint("key"),
)
Index("ix_deliveries_due_at", deliveries.c.due_at)
Index("ix_deliveries_received_at", deliveries.c.received_at)

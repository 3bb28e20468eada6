"""The tables of notes about servers and of watching the fleet, on a page of their own."""

from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, String, Table, Text

from bot.store.columns import Time, id_column, metadata, workspace_column

# What people note about a server: whose it is, until when, what it is for. At `ask_at` its owner is asked. The server
# is one of `account`'s: what another account's list says about its id is about another server.
notes = Table(
    "notes",
    metadata,
    workspace_column(),
    Column("server_id", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    id_column("owner"),
    Column("until", Date),
    Column("text", Text, nullable=False),
    id_column("written_by"),
    Column("written_at", Time, nullable=False),
    Column("ask_at", Time),
    Column("account", String(255), nullable=False, server_default=""),
    PrimaryKeyConstraint("workspace", "server_id"),
)
Index("ix_notes_ask_at", notes.c.ask_at)

# What is done again and again in a workspace: looking at its fleet, telling how it stands in the morning.
rounds = Table(
    "rounds",
    metadata,
    workspace_column(),
    Column("kind", String(16), nullable=False),
    Column("due_at", Time, nullable=False),
    Column("done_at", Time),
    Column("account", String(255), nullable=False),
    PrimaryKeyConstraint("workspace", "kind"),
)
Index("ix_rounds_due_at", rounds.c.due_at)

# The servers as the last look at the fleet saw them.
seen_servers = Table(
    "seen_servers",
    metadata,
    workspace_column(),
    Column("server_id", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("status", String(64), nullable=False),
    Column("address", String(255), nullable=False),
    Column("plan", String(255), nullable=False),
    PrimaryKeyConstraint("workspace", "server_id"),
)

# What looks at the fleet found changed; `by` is who asked for it here, empty when it was made elsewhere.
fleet_changes = Table(
    "fleet_changes",
    metadata,
    workspace_column(),
    id_column("id"),
    id_column("look"),
    Column("found_at", Time, nullable=False),
    Column("server_id", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("what", String(16), nullable=False),
    Column("was", String(255), nullable=False),
    Column("became", String(255), nullable=False),
    Column("by", String(64), nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)
Index("ix_fleet_changes_workspace_look", fleet_changes.c.workspace, fleet_changes.c.look)
Index("ix_fleet_changes_workspace_found_at", fleet_changes.c.workspace, fleet_changes.c.found_at)

# People who are told of one server's changes.
follows = Table(
    "follows",
    metadata,
    workspace_column(),
    Column("server_id", String(255), nullable=False),
    id_column("member"),
    Column("server_name", String(255), nullable=False),
    Column("since", Time, nullable=False),
    PrimaryKeyConstraint("workspace", "server_id", "member"),
)

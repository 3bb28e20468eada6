"""The dialog for the token, and what is said about the account."""

from bot.sentences import counted, said
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    code,
    confirmation,
    modal,
    moment,
    person,
    section,
    text_input,
)
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store.workspaces import Workspace
from bot.vps.errors import ProviderError, Trouble

NOT_A_TOKEN = "A VPS.org token begins with vps_ and has no spaces in it. Copy it whole from the developer page."


def dialog(workspace: Workspace) -> Block:
    """Asks for a token; says which account is connected, by whom and since when, never the token."""
    return modal(
        ViewId.CONNECT,
        "Connect VPS.org",
        [
            section(f"{_present(workspace)}\nMake a token on your VPS.org account's developer page. It is shown once."),
            text_input(
                BlockId.TOKEN,
                "API token",
                placeholder="vps_…",
                hint="It is tried before it is kept, kept encrypted, and never shown again.",
                max_length=600,
            ),
        ],
        submit="Connect",
        close="Cancel",
    )


def connected(account: str, servers: int) -> Block:
    """It works."""
    text = f"Connected to {code(account or 'the account')}: {counted(servers, 'server')}. Type `/vps list` to see them."
    return modal(ViewId.CONNECT_RESULT, "Connected", [section(f"✅ {text}")])


def answered(answer: Message) -> Block:
    """Another answer, where the dialog was."""
    return modal(ViewId.CONNECT_RESULT, "Connect", [section(answer.text)])


def token_failed(error: ProviderError) -> str:
    """Why the token was not kept, at its input."""
    quoted = f' It says: "{error.words}"' if error.words else ""
    why = {
        Trouble.UNAUTHORIZED: "VPS.org doesn't know this token. Copy it again, or make a new one.",
        Trouble.FORBIDDEN: "This token may not read servers. Give it the permission servers:*.",
        Trouble.RATE_LIMITED: "VPS.org asks to slow down. Try again in a minute.",
    }.get(error.trouble, "VPS.org can't be asked right now. Try again in a minute; nothing was kept.")
    return (why + quoted)[:1500]


def ask_to_disconnect(workspace: Workspace) -> Message:
    """The question before the token is forgotten."""
    if not (workspace.connected or workspace.unreadable):
        return nothing_connected()
    sure = confirmation(
        "Disconnect?",
        "The token is forgotten. Nobody can see or change servers here until an admin connects again.",
        "Disconnect",
        danger=True,
    )
    text = f"{_present(workspace)} Disconnect it? Servers keep running; what is under way can't be watched any more."
    return Message(
        text, [section(text), actions(button("Disconnect", ActionId.DISCONNECT, style="danger", confirm=sure))]
    )


def disconnected(account: str) -> Message:
    """It is so now."""
    return said(f"The account {code(account or 'unnamed')} is disconnected; its token is forgotten here.")


def nothing_connected() -> Message:
    """Nothing to disconnect."""
    return said("No account is connected here. `/vps connect` connects one.")


def _present(workspace: Workspace) -> str:
    if workspace.unreadable:
        return "The token of this workspace can't be read any more: the bot's encryption key was changed."
    if not workspace.connected:
        return "No account is connected yet."
    since = f" since {moment(workspace.connected_at)}" if workspace.connected_at else ""
    return f"Connected to {code(workspace.account or 'an account')} by {person(workspace.connected_by)}{since}."

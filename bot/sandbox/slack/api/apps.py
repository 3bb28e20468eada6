"""apps.*, oauth.v2.*, auth.revoke, blocks.validate."""

import base64

from bot.sandbox.slack import page_state
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.drafts import draft
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rules.views import message_findings, view_findings, view_too_large


@method("apps.connections.open", tier=3, token="app")
async def connections_open(call: Call) -> Json:
    """The address of a new Socket Mode connection."""
    if not call.world.socket_mode:
        raise Refused("forbidden_team", "[ERROR] Socket Mode is not switched on in the manifest")
    return {"url": call.world.sockets.ticket()}


@method("oauth.v2.access", tier=5, takes_json=False, token="none")
async def access(call: Call) -> Json:
    """Tokens for a code or for a refresh token."""
    _check_client(call)
    grant = call.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        return call.world.oauth.refresh(call.text("refresh_token"))
    if grant != "authorization_code":
        raise Refused("invalid_grant_type")
    return call.world.oauth.redeem(call.text("code"), call.text("redirect_uri"))


@method("oauth.v2.exchange", tier=3, takes_json=False, token="none")
async def exchange(call: Call) -> Json:
    """A long-lived token for one that expires."""
    _check_client(call)
    return call.world.oauth.exchange(call.text("token"))


@method("auth.revoke", tier=3, takes_json=False)
async def revoke(call: Call) -> Json:
    """Revokes the token it is called with."""
    if call.flag("test"):
        return {"revoked": False}
    call.team.installation.dead = "token_revoked"
    page_state.tell_workspace(call.world, call.team)
    return {"revoked": True}


@method("apps.uninstall", tier=1, takes_json=False, required=("client_id", "client_secret"))
async def uninstall(call: Call) -> Json:
    """Removes the app from the workspace."""
    _check_client(call)
    call.team.installation.dead = "account_inactive"
    page_state.tell_workspace(call.world, call.team)
    return {}


@method("blocks.validate", tier=4, token="none")
async def validate(call: Call) -> Json:
    """Checks blocks, a message or a view without showing them to anybody."""
    blocks, message, view = (call.json(name) for name in ("blocks", "message", "view"))
    if sum(given is not None for given in (blocks, message, view)) != 1:
        raise Refused("invalid_arguments", "[ERROR] must provide one of blocks, message, view")
    if isinstance(message, dict):
        draft(message)
    if blocks is not None and (findings := [f for f in message_findings(blocks) if not f.rule.warns]):
        raise Refused("invalid_blocks", findings=findings)
    if view is not None:
        surface = "home" if isinstance(view, dict) and view.get("type") == "home" else "modal"
        if isinstance(view, dict) and view_too_large(view):
            raise Refused("view_too_large")
        if findings := [f for f in view_findings(view, surface) if not f.rule.warns]:
            raise Refused("invalid_view", findings=findings)
    return {}


def client(call: Call) -> tuple[str, str]:
    """The client id and secret of a call without a token; empty when it carries none that can be read."""
    client_id, secret = call.text("client_id"), call.text("client_secret")
    basic = call.text("_authorization")
    if not client_id and basic.lower().startswith("basic "):
        try:
            client_id, _, secret = base64.b64decode(basic[6:]).decode().partition(":")
        except ValueError:
            return "", ""
    return client_id, secret


def _check_client(call: Call) -> None:
    client_id, secret = client(call)
    if client_id != call.world.client_id:
        raise Refused("invalid_client_id")
    if secret != call.world.client_secret:
        raise Refused("bad_client_secret")

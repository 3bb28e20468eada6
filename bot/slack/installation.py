"""Installing through OAuth: `/slack/install` sends the browser to Slack, `/slack/oauth_redirect` takes it back.

The state says which browser began: it is random, signed, lives ten minutes, stands in a cookie of that browser, and
is used up once (Slack, "Installing with OAuth"; RFC 6749, section 10.12).
"""

import hmac
import html
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web

from bot.slack.web import LOOPBACK, Client, SlackTrouble, Web

SCOPES = (
    "commands",
    "chat:write",
    "channels:read",
    "groups:read",
    "im:write",
    "users:read",
    "usergroups:read",
    "files:write",
)
"""What the bot asks for: the scopes of manifest.yml; a test compares them."""

STATE_LIVES = timedelta(minutes=10)

CLOCKS_DIFFER = 60
"""Seconds by which the clocks of two processes of the bot may differ."""

COOKIE = "vpsbot_install"

AGAIN = "Start again at /slack/install."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What `oauth.v2.access` gives; with token rotation it ends after `lives` and the refresh token gives the next."""

    token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    lives: timedelta | None

    def ends(self, now: datetime) -> datetime | None:
        """When the token ends; None when it doesn't."""
        return now + self.lives if self.lives else None


@dataclass(frozen=True, slots=True)
class Granted:
    """A finished installation. `id` is the team's, or the organisation's when it is `org_wide`."""

    id: str
    org_wide: bool
    name: str
    tokens: Tokens
    bot_user: str
    bot_id: str
    scopes: str
    installed_by: str


class NotKept(Exception):
    """The installation could not be kept; the message is a sentence for whoever installs."""


class Pages:
    """The two pages. `use` uses a state up (False: it was before); `keep` keeps what was granted.

    `keep` gives whether the installer became the first admin, and raises NotKept.
    """

    def __init__(
        self,
        slack: Web,
        client: Client,
        api_url: str,
        *,
        clock: Callable[[], datetime],
        use: Callable[[str], Awaitable[bool]],
        keep: Callable[[Granted], Awaitable[bool]],
    ) -> None:
        self._slack = slack
        self._client = client
        self._authorize = api_url.removesuffix("/").removesuffix("/api") + "/oauth/v2/authorize"
        self._local = urlsplit(api_url).hostname in LOOPBACK
        self._clock = clock
        self._use = use
        self._keep = keep

    async def start(self, _request: web.Request) -> web.Response:
        """`GET /slack/install`: to Slack's page of consent, as a direct install address has to."""
        state = self._signed(f"{int(self._clock().timestamp())}.{secrets.token_urlsafe(24)}")
        query = urlencode({"client_id": self._client.id, "scope": ",".join(SCOPES), "user_scope": "", "state": state})
        answer = web.Response(status=302, headers={"Location": f"{self._authorize}?{query}", **_HEADERS})
        answer.set_cookie(
            COOKIE,
            state,
            max_age=int(STATE_LIVES.total_seconds()),
            httponly=True,
            secure=not self._local,
            samesite="Lax",  # Slack's page leads back here: Strict would hold the cookie back
        )
        return answer

    async def finish(self, request: web.Request) -> web.Response:
        """`GET /slack/oauth_redirect`: checks the state, exchanges the code, keeps the installation."""
        try:
            answer = await self._finished(request)
        except NotKept as no:
            answer = page("Not installed", str(no), status=503)
        except SlackTrouble as trouble:
            log.warning("not installed", error=trouble.error)
            answer = page("Not installed", _said_by_slack(trouble.error), status=502)
        answer.del_cookie(COOKIE)
        return answer

    async def _finished(self, request: web.Request) -> web.Response:
        state = request.query.get("state", "")
        if (wrong := self._wrong(state, request.cookies.get(COOKIE, ""))) is not None:
            return page("Not installed", wrong, status=400)
        if not await self._use(state):
            return page("Not installed", f"This answer of Slack's was used already. {AGAIN}", status=400)
        if error := request.query.get("error"):
            said = "Nothing was installed: you said no." if error == "access_denied" else _said_by_slack(error)
            return page("Not installed", said, status=200 if error == "access_denied" else 400)
        if not (code := request.query.get("code")):
            return page("Not installed", f"Slack's answer has no code. {AGAIN}", status=400)
        granted = await self._exchanged(code)
        became_admin = await self._keep(granted)
        return page("Installed", _installed(granted, became_admin=became_admin))

    async def _exchanged(self, code: str) -> Granted:
        answer = await self._slack.access(self._client, code=code)
        tokens = new_tokens(answer)
        us = await self._slack.whose(tokens.token)
        org_wide = answer.get("is_enterprise_install") is True
        place = answer.get("enterprise" if org_wide else "team") or {}
        granted = Granted(
            id=str(place.get("id") or ""),
            org_wide=org_wide,
            name=str(place.get("name") or ""),
            tokens=tokens,
            bot_user=str(answer.get("bot_user_id") or us.get("user_id") or ""),
            bot_id=str(us.get("bot_id") or ""),
            scopes=str(answer.get("scope") or ""),
            installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
        )
        if not (granted.id and granted.installed_by):
            raise SlackTrouble("incomplete_answer")
        return granted

    def _signed(self, told: str) -> str:
        mac = hmac.new(self._client.secret.encode(), b"vpsbot install state\n" + told.encode(), sha256)
        return f"{told}.{mac.hexdigest()}"

    def _wrong(self, state: str, cookie: str) -> str | None:
        """What is wrong with a state, as a sentence; None when nothing is."""
        told, _, _ = state.rpartition(".")
        if not (_same(state, self._signed(told)) and _same(state, cookie)):
            return f"This browser did not begin this installation, or has begun another one since. {AGAIN}"
        age = self._clock().timestamp() - int(told.partition(".")[0])
        if not -CLOCKS_DIFFER <= age <= STATE_LIVES.total_seconds():
            return f"This installation was begun more than ten minutes ago. {AGAIN}"
        return None


def new_tokens(answer: dict[str, Any]) -> Tokens:
    """The bot's tokens in an answer of `oauth.v2.access`. Raises SlackTrouble when there are none."""
    token, refresh_token, lives = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not token:
        raise SlackTrouble("no_bot_token")
    return Tokens(
        token,
        refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        timedelta(seconds=lives) if isinstance(lives, int) and lives > 0 else None,
    )


def page(title: str, sentence: str, *, status: int = 200) -> web.Response:
    """A page with one plain sentence or two. What is not ours in it is escaped here."""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>vpsbot: {html.escape(title)}</title><body><h1>{html.escape(title)}</h1>"
        f"<p>{html.escape(sentence)}</p></body></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)


_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of this page holds a code
    "X-Content-Type-Options": "nosniff",
}


def _installed(granted: Granted, *, became_admin: bool) -> str:
    if granted.org_wide:
        return (
            f"vpsbot is installed in the organisation {granted.name}. Add it to workspaces on Slack's administration "
            "page; in a workspace without an admin you are its first one. Type /vps help there."
        )
    admin = " You are its first admin: connect it to VPS.org with /vps connect." if became_admin else ""
    return f"vpsbot is installed in {granted.name}.{admin} Type /vps help in Slack."


def _said_by_slack(error: str) -> str:
    if error == "unreachable":
        return f"Slack could not be reached. {AGAIN}"
    if error == "invalid_code":
        return f"Slack does not know this code any more. {AGAIN}"
    if error in ("bad_client_secret", "invalid_client_id"):
        return f"Slack does not know this bot ({error}): whoever runs it has to look at SLACK_CLIENT_ID and its secret."
    return f"Slack refused: {error[:100]}. {AGAIN}"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))

"""Installing the app: consent, codes, tokens that rotate. docs.slack.dev/authentication/installing-with-oauth."""

import html
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.slack import page_state
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Installation, Json, Team
from bot.sandbox.slack.payloads import organisation
from bot.sandbox.slack.world import World

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200
FIELDS = ("client_id", "scope", "redirect_uri", "state")


@dataclass(slots=True, eq=False)
class Code:
    """A temporary code: ten minutes, one use."""

    team: Team
    user_id: str
    scopes: frozenset[str]
    redirect_uri: str
    made_at: float
    org_wide: bool = False
    used: bool = False


@dataclass(slots=True)
class OAuth:
    """The codes that were given out."""

    world: World
    codes: dict[str, Code] = field(default_factory=dict)

    def check(self, query: Json) -> frozenset[str]:
        """The scopes an authorize address asks for. Raises Refused as the consent page would show it."""
        if query.get("client_id") != self.world.client_id:
            raise Refused("invalid_client_id")
        scopes = frozenset(s for s in str(query.get("scope") or "").replace(" ", ",").split(",") if s)
        if not scopes:
            raise Refused("no_scopes")
        if unknown := scopes - set(self.world.manifest.bot_scopes):
            raise Refused("invalid_scope", f"not in the manifest: {', '.join(sorted(unknown))}")
        uri, allowed = str(query.get("redirect_uri") or ""), self.world.manifest.redirect_urls
        if not allowed or (uri and not any(_within(uri, each) for each in allowed)):
            raise Refused("bad_redirect_uri")
        return scopes

    def allow(self, query: Json, team: Team, user_id: str, *, org_wide: bool = False) -> str:
        """What happens when a person allows: the address the browser is sent to, with code and state."""
        scopes = self.check(query)
        uri = str(query.get("redirect_uri") or "")
        code = f"{self.world.number()}.{self.world.number()}.{secrets.token_hex(16)}"
        self.codes[code] = Code(team, user_id, scopes, uri, self.world.now(), org_wide)
        return _with(uri or self.world.manifest.redirect_urls[0], code=code, state=str(query.get("state") or ""))

    def deny(self, query: Json) -> str:
        """What happens when a person declines."""
        uri = str(query.get("redirect_uri") or "") or self.world.manifest.redirect_urls[0]
        return _with(uri, error="access_denied", state=str(query.get("state") or ""))

    def redeem(self, code: str, redirect_uri: str) -> Json:
        """The tokens for a code. Raises Refused: invalid_code, bad_redirect_uri."""
        known = self.codes.get(code)
        if known is None or known.used or self.world.now() - known.made_at > CODE_SECONDS:
            raise Refused("invalid_code")
        if redirect_uri != known.redirect_uri:
            raise Refused("bad_redirect_uri")
        known.used = True
        self.install(known.team, known.scopes, org_wide=known.org_wide)
        return self.tokens(known.team, known.user_id)

    def install(self, team: Team, scopes: frozenset[str], *, org_wide: bool = False) -> None:
        """Gives the workspace (or its whole organisation) a working token; an earlier one stops working."""
        installation = Installation(f"xoxb-{team.id}-{secrets.token_hex(12)}", scopes)
        installation.enterprise_id = f"E{team.id[1:]}" if org_wide else ""
        team.installation = installation
        self.world.tokens[installation.token] = team
        if self.world.manifest.token_rotation:
            self._rotated(team)
        page_state.tell_workspace(self.world, team)

    def refresh(self, refresh_token: str) -> Json:
        """New tokens for a refresh token, which is used up. Raises Refused (invalid_refresh_token)."""
        team = self.world.refresh_tokens.pop(refresh_token, None)
        if team is None or team.installation.refresh_token != refresh_token:
            raise Refused("invalid_refresh_token")
        self._rotated(team)
        return self.tokens(team, "")

    def exchange(self, token: str) -> Json:
        """Turns a long-lived token into one that expires."""
        team = self.world.tokens.get(token)
        if not self.world.manifest.token_rotation:
            raise Refused("token_rotation_not_enabled")
        if team is None or team.installation.token != token:
            raise Refused("invalid_token")
        if team.installation.expires_at:
            raise Refused("token_already_exchanged")
        self._rotated(team)
        return self.tokens(team, "")

    def tokens(self, team: Team, user_id: str) -> Json:
        """The answer of oauth.v2.access; a whole organisation's names no team."""
        installation = team.installation
        whole = organisation(team)
        body: Json = {
            "app_id": self.world.app_id,
            "access_token": installation.token,
            "token_type": "bot",
            "scope": ",".join(sorted(installation.scopes)),
            "bot_user_id": team.bot.id,
            "team": None if whole else {"id": team.id, "name": team.name},
            "enterprise": whole,
            "is_enterprise_install": whole is not None,
        }
        if user_id:
            body["authed_user"] = {"id": user_id}
        if installation.refresh_token:
            body |= {"refresh_token": installation.refresh_token, "expires_in": TOKEN_SECONDS}
        return body

    def _rotated(self, team: Team) -> None:
        installation = team.installation
        if installation.expires_at:
            installation.former[installation.token] = installation.expires_at
        installation.token = f"xoxe.xoxb-{self.world.number()}-{secrets.token_hex(16)}"
        installation.refresh_token = f"xoxe-{self.world.number()}-{secrets.token_hex(16)}"
        installation.expires_at = self.world.now() + TOKEN_SECONDS
        self.world.tokens[installation.token] = team
        self.world.refresh_tokens[installation.refresh_token] = team

    async def page(self, request: web.Request) -> web.Response:
        """`GET /oauth/v2/authorize`: asks who installs the app where."""
        query = dict(request.query)
        try:
            scopes = self.check(query)
        except Refused as refused:
            self._note(query, refused)
            return _page(f"<p>Something went wrong: <b>{html.escape(refused.error)}</b></p>", 400)
        return _page(self._consent(query, scopes), 200)

    def _note(self, query: Json, refused: Refused) -> None:
        """The address of this page is the app's: what is wrong with it stands in the inspector."""
        exchange = self.world.log.open(self.world.now(), "from_app", "authorize", "authorize", "", query)
        exchange.status, exchange.response = 400, refused.body()
        self.world.log.refusal(exchange, refused)

    def _consent(self, query: Json, scopes: frozenset[str]) -> str:
        def safe(text: str) -> str:
            return html.escape(text, quote=True)

        hidden = "".join(f'<input type="hidden" name="{n}" value="{safe(query.get(n, ""))}">' for n in FIELDS)
        people = "".join(
            f'<option value="{team.id}/{each.id}">{safe(each.real_name)} in {safe(team.name)}</option>'
            for team in self.world.teams.values()
            for each in team.people.values()
            if not (each.is_bot or each.deleted)
        )
        asked = "".join(f"<li>{safe(scope)}</li>" for scope in sorted(scopes))
        return (
            f'<h1>{safe(self.world.manifest.name)} asks for access</h1><ul>{asked}</ul><form method="post">{hidden}'
            f'<label>As <select name="who">{people}</select></label> '
            '<button name="answer" value="allow">Allow</button> '
            '<button name="answer" value="deny">Cancel</button></form>'
        )

    async def answered(self, request: web.Request) -> web.Response:
        """`POST /oauth/v2/authorize`: sends the browser back to the app."""
        form: Json = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        team_id, _, user_id = str(form.get("who", "")).partition("/")
        team = self.world.teams.get(team_id)
        try:
            self.check(form)
            if form.get("answer") != "allow":
                raise web.HTTPSeeOther(self.deny(form))
            if team is None or user_id not in team.people:
                raise Refused("user_not_found")
            raise web.HTTPSeeOther(self.allow(form, team, user_id))
        except Refused as refused:
            return _page(f"<p>Something went wrong: <b>{html.escape(refused.error)}</b></p>", 400)


def _within(uri: str, allowed: str) -> bool:
    """Slack takes a redirect URL of the manifest, or an address below it."""
    return uri == allowed or uri.startswith((allowed.rstrip("/") + "/", allowed + "?"))


def _with(address: str, **query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _page(body: str, status: int) -> web.Response:
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Install</title><body>{body}</body></html>'
    headers = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)

"""Calls to Slack. One session; one error with Slack's own name for it; nothing is sent twice by itself."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.blocks import Block, Message

TIMEOUT = 10
"""Seconds for one call of Slack."""

UPLOAD_TIMEOUT = 120
"""Seconds for the bytes of a file."""

Counted = Callable[[str, str], None]
"""Told of each call's method and outcome: "ok", or Slack's name for what was wrong."""

Witness = Callable[[str, str], None]
"""Told of each call's method and moment ("before" it is sent, "after" what came of it); tests crash there."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_NOT_SLACK = (AttributeError, UnicodeDecodeError, json.JSONDecodeError)
"""What slack_sdk makes of an answer that isn't Slack's: plain text with status 200, or no text at all."""


class SlackTrouble(Exception):
    """Slack refused (`error` is its name for it), or could not be reached (`error` is "unreachable").

    `retry_after` is in seconds, given with "ratelimited".
    """

    def __init__(self, error: str, *, retry_after: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Client:
    """The app itself, as it shows itself to Slack in OAuth."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A bot token; an organisation's is for all workspaces in it."""

    value: str = field(repr=False)
    org_wide: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """What `auth.test` says of a token: whose it is, its scopes (None: not said), Slack's time (None: not said)."""

    team: str
    scopes: frozenset[str] | None
    time: datetime | None


TokenOf = Callable[[str], Awaitable[Token | None]]
"""The token that serves a workspace; None when the app is not installed there."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: what it is called, and where its bytes are."""

    name: str
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that Slack has and nobody sees yet: its id, what it is called, and the channel it is for."""

    id: str
    title: str
    channel: str


class Web:
    """Slack's Web API for all workspaces of this app; `token_of` answers from memory."""

    def __init__(
        self, api_url: str, token_of: TokenOf, *, witness: Witness | None = None, counted: Counted | None = None
    ) -> None:
        self._api_url = api_url
        self._token_of = token_of
        self._witness = witness or (lambda _method, _moment: None)
        self._counted = counted or (lambda _method, _outcome: None)
        self._session: aiohttp.ClientSession | None = None

    async def call(self, workspace: str, method: str, **arguments: Any) -> dict[str, Any]:
        """Calls a method by its name. Raises SlackTrouble."""
        token = await self._token_of(workspace)
        if token is None:
            raise SlackTrouble("not_installed")
        if token.org_wide and method.startswith("usergroups."):
            arguments = {"team_id": workspace, **arguments}  # else Slack can't know which workspace is meant
        return await self._send(token.value, method, arguments)

    async def prepare(self, workspace: str) -> None:
        """Looks up the token, so that a call right after this goes out at once. What fails here fails there, too."""
        with suppress(SlackTrouble):
            await self._token_of(workspace)

    async def test(self, token: str) -> Tested:
        """Whose a token is, what it may do, and what time it is at Slack. Raises SlackTrouble."""
        answer = await self._answered(token, "auth.test", {})
        headers = {name.lower(): value for name, value in answer.headers.items()}
        granted = headers.get("x-oauth-scopes")
        return Tested(
            team=str(answer.get("team_id") or answer.get("enterprise_id") or ""),
            scopes=None if granted is None else frozenset(each.strip() for each in granted.split(",") if each.strip()),
            time=_moment(headers.get("date", "")),
        )

    async def whose(self, token: str) -> dict[str, Any]:
        """`auth.test` with a token that isn't kept yet. Raises SlackTrouble."""
        return await self._send(token, "auth.test", {})

    async def access(self, client: Client, **arguments: str) -> dict[str, Any]:
        """New tokens for a code or a refresh token. Raises SlackTrouble."""
        return await self._send(client, "oauth.v2.access", arguments)

    async def _send(self, as_: str | Client, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = await self._answered(as_, method, arguments)
        return answer.data if isinstance(answer.data, dict) else {}

    async def _answered(self, as_: str | Client, method: str, arguments: dict[str, Any]) -> AsyncSlackResponse:
        # slack_sdk's default handlers repeat a call whose connection broke: a message would come twice.
        token, headers = (None, _as_app(as_)) if isinstance(as_, Client) else (as_, None)
        client = AsyncWebClient(token, base_url=self._api_url, session=self._opened(), retry_handlers=[])
        self._witness(method, "before")
        outcome = "cancelled"
        # Only writing methods take JSON; the others read form fields alone (Slack, "Using the Web API").
        try:
            if method.startswith(("chat.", "views.")):
                answer = await client.api_call(method, json=arguments)
            else:
                answer = await client.api_call(method, data=arguments, headers=headers)
            outcome = "ok"
            return answer
        except SlackApiError as refused:
            said = {name.lower(): value for name, value in refused.response.headers.items()}
            outcome = _word(refused.response)
            raise SlackTrouble(outcome, retry_after=_seconds(said.get("retry-after"))) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, *_NOT_SLACK) as broken:
            outcome = "unreachable"
            raise SlackTrouble(outcome) from broken
        finally:
            self._counted(method, outcome)
            self._witness(method, "after")

    async def open_socket(self, app_token: str) -> str:
        """The address of a new Socket Mode connection. Raises SlackTrouble."""
        answer = await self._send(app_token, "apps.connections.open", {})
        return str(answer.get("url", ""))

    async def respond(self, url: str, payload: dict[str, Any]) -> None:
        """Answers through a `response_url` (five times in thirty minutes). Raises SlackTrouble."""
        if not self._may_send_to(url):
            raise SlackTrouble("bad_response_url")
        self._witness("response_url", "before")
        outcome = "unreachable"
        try:
            async with self._opened().post(url, json=payload, allow_redirects=False) as answer:
                outcome = "ok" if answer.status == 200 else f"status_{answer.status}"
                if answer.status != 200:
                    raise SlackTrouble((await answer.text(errors="replace"))[:100] or outcome)
        except (aiohttp.ClientError, TimeoutError) as broken:
            raise SlackTrouble("unreachable") from broken
        finally:
            self._counted("response_url", outcome)
            self._witness("response_url", "after")

    async def post(self, workspace: str, channel: str, message: Message, *, notice: str) -> tuple[str, str]:
        """Posts a message with the notice's id in its metadata: (channel, ts). Raises SlackTrouble."""
        answer = await self.call(
            workspace,
            "chat.postMessage",
            channel=channel,
            metadata={"event_type": "vpsbot_notice", "event_payload": {"notice": notice}},
            unfurl_links=False,
            unfurl_media=False,
            **_content(message),
        )
        return str(answer["channel"]), str(answer["ts"])

    async def update(self, workspace: str, channel: str, ts: str, message: Message) -> None:
        """Replaces a message of ours. Raises SlackTrouble."""
        await self.call(workspace, "chat.update", channel=channel, ts=ts, **_content(message))

    async def upload(self, workspace: str, person: str, file: File) -> Uploaded:
        """Gives Slack a file for a person, who doesn't see it yet. Raises SlackTrouble.

        Slack, "Working with files": an address, the bytes, and only then (`share`) does anybody see it.
        """
        opened = await self.call(workspace, "conversations.open", users=person)
        channel = str((opened.get("channel") or {}).get("id", ""))
        length = file.path.stat().st_size
        place = await self.call(workspace, "files.getUploadURLExternal", filename=file.name, length=length)
        await self._upload(str(place.get("upload_url", "")), file)
        return Uploaded(str(place.get("file_id", "")), file.title, channel)

    async def share(self, workspace: str, file: Uploaded, message: Message) -> tuple[str, str]:
        """Shows it, with a message: (channel, the file's id). Raises SlackTrouble."""
        await self.call(
            workspace,
            "files.completeUploadExternal",
            files=json.dumps([{"id": file.id, "title": file.title}]),
            channel_id=file.channel,
            initial_comment=message.text,
        )
        return file.channel, file.id

    async def _upload(self, url: str, file: File) -> None:
        if not self._may_send_to(url):
            raise SlackTrouble("bad_upload_url")
        self._witness("upload", "before")
        outcome = "unreachable"
        try:
            timeout = aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT)
            with file.path.open("rb") as content:
                async with self._opened().post(url, data=content, timeout=timeout, allow_redirects=False) as answer:
                    outcome = "ok" if answer.status == 200 else f"status_{answer.status}"
                    if answer.status != 200:
                        raise SlackTrouble(f"upload_status_{answer.status}")
        except (aiohttp.ClientError, TimeoutError) as broken:
            raise SlackTrouble("unreachable") from broken
        finally:
            self._counted("upload", outcome)
            self._witness("upload", "after")

    async def open_view(self, workspace: str, trigger_id: str, view: Block) -> str:
        """Opens a dialog within the trigger's three seconds: its id. Raises SlackTrouble."""
        answer = await self.call(workspace, "views.open", trigger_id=trigger_id, view=view)
        return str((answer.get("view") or {}).get("id", ""))

    async def update_view(self, workspace: str, view_id: str, view: Block, *, hash: str = "") -> None:
        """Replaces what a dialog shows; with the `hash` of a showing, only that one. Raises SlackTrouble."""
        only = {"hash": hash} if hash else {}
        await self.call(workspace, "views.update", view_id=view_id, view=view, **only)

    async def close(self) -> None:
        """Closes the session."""
        if self._session:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # slack_sdk's own timeout is for sessions that it opens itself. No limit of connections: who waits for one
            # waits within the timeout, so many workspaces' messages would take a dialog's three seconds from another.
            self._session = aiohttp.ClientSession(
                trust_env=True,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(limit=0),
            )
        return self._session

    def _may_send_to(self, url: str) -> bool:
        """https to Slack; plain http only when the whole Slack is a local one."""
        parts, api = urlsplit(url), urlsplit(self._api_url)
        if parts.scheme == "https":
            return parts.hostname is not None and (
                parts.hostname == "slack.com" or parts.hostname.endswith(".slack.com")
            )
        return parts.scheme == "http" and parts.hostname in LOOPBACK and api.hostname in LOOPBACK


def _word(response: object) -> str:
    """Slack's name for what is wrong; when what answered isn't Slack (a proxy in between), the status."""
    if isinstance(response, AsyncSlackResponse):
        named = response.data.get("error") if isinstance(response.data, dict) else None
        status = response.status_code
    else:
        named, status = None, response.status if isinstance(response, aiohttp.ClientResponse) else 200
    return str(named or ("unreachable" if status == 200 else f"status_{status}"))


def _as_app(client: Client) -> dict[str, str]:
    """Basic authentication by the app itself, as Slack recommends for `oauth.v2.access`."""
    return {"Authorization": "Basic " + b64encode(f"{client.id}:{client.secret}".encode()).decode()}


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def _moment(date: str) -> datetime | None:
    """The time of a `Date` header (RFC 9110)."""
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None


def _seconds(after: str | None) -> float | None:
    try:
        return float(after) if after else None
    except ValueError:
        return None

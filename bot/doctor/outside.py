"""What is not ours: Slack with its scopes, its sockets and its clock, and the provider's accounts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

from bot.config import Settings
from bot.doctor.findings import Finding, to_mend, well, worth_knowing
from bot.slack.installation import SCOPES
from bot.slack.surface import MAX_AGE
from bot.slack.web import SlackTrouble, Tested, Token, Web
from bot.store import installations, workspaces
from bot.store.engine import Store
from bot.vps.client import VpsClient
from bot.vps.dialects import Dialect
from bot.vps.errors import ProviderError, Trouble
from bot.vps.http import HttpSend

TOGETHER = 8
"""Accounts that are looked at at the same time."""

OFF = timedelta(seconds=60)
"""From here on a clock is worth a word."""


async def slack(given: Settings, store: Store | None, clock: Callable[[], datetime]) -> AsyncIterator[Finding]:
    """Each bot token: whether it works and what it may do; Socket Mode; the machine's clock beside Slack's."""
    web = Web(given.slack_api_url, _none)
    try:
        time: datetime | None = None
        for whose, token, renew in await _tokens(given, store):
            try:
                tested = await web.test(token)
            except SlackTrouble as trouble:
                yield to_mend("Slack", _refused(trouble, whose, renew))
                continue
            time = tested.time or time
            yield _scopes(tested, whose or tested.team, renew)
        if time:
            yield _clock(time, clock())
        if app_token := given.slack_app_token.get_secret_value():
            yield await _socket(web, app_token)
    finally:
        await web.close()


async def provider(given: Settings, store: Store | None) -> AsyncIterator[Finding]:
    """Whether VPS.org answers for each connected account."""
    send = HttpSend(total_timeout=given.provider_timeout)
    try:
        client = VpsClient(given.vps_api_url, send=send)
    except ValueError:
        return  # told with the settings
    try:
        found, known = list[tuple[str, str, str | None]](), []
        if store:
            async with store.read() as tx:
                known = [each for each in await workspaces.everyone(tx) if each.token]
            found = [(each.id, each.token or "", each.dialect) for each in known]
        if not found and (token := given.vps_api_token.get_secret_value()):
            found = [("VPS_API_TOKEN", token, None)]
        if not found and store:
            yield worth_knowing("VPS.org", "No account is connected yet. An admin connects one with /vps connect.")
        room = asyncio.Semaphore(TOGETHER)
        for finding in await asyncio.gather(*(_account(client, room, *each) for each in found)):
            yield finding
    finally:
        await send.close()


async def _account(client: VpsClient, room: asyncio.Semaphore, whose: str, token: str, dialect: str | None) -> Finding:
    try:
        async with room:
            await client.account(token, Dialect(dialect or Dialect.DOCUMENTED)).me()
    except ProviderError as error:
        return to_mend("VPS.org", f"{whose}: {_MEND.get(error.trouble, _ANSWERS_BADLY)}")
    return well("VPS.org", f"{whose}: the account can be read.")


_AGAIN = "Let an admin there type /vps connect, or put another token into VPS_API_TOKEN before the first start."
_MEND = {
    Trouble.UNAUTHORIZED: f"the token is refused: it was revoked, or is none. {_AGAIN}",
    Trouble.FORBIDDEN: f"the token may not read its own account. {_AGAIN}",
    Trouble.RATE_LIMITED: "it asks us to slow down. Run `vpsbot doctor` again in a minute.",
    Trouble.UNAVAILABLE: "it has a problem of its own right now. Run `vpsbot doctor` again in a minute.",
    Trouble.UNREACHABLE: "it can't be reached. Look at VPS_API_URL, the network and its firewall.",
    Trouble.LOST: "it did not answer in time. Look at the network, and at VPSBOT_PROVIDER_TIMEOUT.",
}
_ANSWERS_BADLY = "it answers what makes no sense. Look whether VPS_API_URL is the provider's address."


async def _tokens(given: Settings, store: Store | None) -> Sequence[tuple[str, str, str]]:
    """Whose each bot token is (empty: not known yet), the token, and how another one is got."""
    if not given.many:
        token = given.slack_bot_token.get_secret_value()
        return [("", token, _BY_HAND)] if token else []
    if store is None:
        return []
    async with store.read() as tx:
        return [(each.id, each.token, _BY_OAUTH) for each in await installations.everyone(tx) if each.token]


_BY_HAND = "install the app again on its page under OAuth & Permissions, and set SLACK_BOT_TOKEN to the token there"
_BY_OAUTH = "install the app there again at /slack/install"


def _refused(trouble: SlackTrouble, whose: str, renew: str) -> str:
    if trouble.error == "unreachable":
        return "It can't be reached. Look at SLACK_API_URL, the network and its proxy."
    if trouble.error == "ratelimited":
        return "It asks us to slow down. Run `vpsbot doctor` again in a minute."
    return f"The token{f' of {whose}' if whose else ''} is refused ({trouble.error}): {renew}."


def _scopes(tested: Tested, whose: str, renew: str) -> Finding:
    if tested.scopes is None:
        return well("Slack", f"{whose}: the token works. Slack did not say which scopes it has.")
    if missing := sorted(set(SCOPES) - tested.scopes):
        return to_mend("Slack", f"{whose}: the token lacks {', '.join(missing)}. Add them to the app and {renew}.")
    return well("Slack", f"{whose}: the token works, with all scopes of manifest.yml.")


async def _socket(web: Web, app_token: str) -> Finding:
    try:
        await web.open_socket(app_token)
    except SlackTrouble as trouble:
        if trouble.error in ("unreachable", "ratelimited"):
            return to_mend("Socket Mode", _refused(trouble, "", ""))
        return to_mend(
            "Socket Mode",
            f"SLACK_APP_TOKEN is refused ({trouble.error}). On the app's page, switch Socket Mode on, and make a token "
            "with connections:write under Basic Information.",
        )
    return well("Socket Mode", "Slack gives a connection.")


def _clock(slacks: datetime, ours: datetime) -> Finding:
    off = abs(ours - slacks)
    said = f"This machine's clock is {off.total_seconds():,.0f} s off Slack's"
    if off > timedelta(seconds=MAX_AGE):
        return to_mend("clock", f"{said}: with more than {MAX_AGE} s, all that Slack sends is refused. Set it by NTP.")
    if off > OFF:
        return worth_knowing("clock", f"{said}. Set it by NTP.")
    return well("clock", "It agrees with Slack's.")


async def _none(_workspace: str) -> Token | None:
    """Every call here names its token."""
    return None

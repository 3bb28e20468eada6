"""The local Slack for tests: people who say, click and see, and everything the bot sent, with the rules it broke.

docs/local-slack.md shows how to test any bot with it.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.sandbox.clock import Clock
from bot.sandbox.slack.delivery import Answer, check_ssl, signed
from bot.sandbox.slack.events import verify_url
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.forging import check_signature
from bot.sandbox.slack.log import Exchange
from bot.sandbox.slack.manifest import Command, Manifest, Shortcut
from bot.sandbox.slack.model import Channel, Message, Person, Team, UserGroup
from bot.sandbox.slack.person import Confirm, Dialog, LocalPerson
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.workspace import LocalTeam

__all__ = [
    "Channel",
    "Command",
    "Confirm",
    "Dialog",
    "LocalPerson",
    "LocalSlack",
    "LocalTeam",
    "Manifest",
    "Message",
    "Person",
    "Shortcut",
    "Team",
    "UserGroup",
]


class LocalSlack:
    """One app, installed in one or more workspaces, and a server in front of them."""

    def __init__(
        self, *, manifest: Manifest | str | Path, clock: Clock | None = None, bot_follows_clock: bool = False
    ) -> None:
        """`manifest` is one, or the path of one. Raises ManifestError when the file isn't one.

        `bot_follows_clock`: the bot's time is this clock's, so requests are signed with it; else with the machine's.
        """
        known = manifest if isinstance(manifest, Manifest) else Manifest.read(manifest)
        self.clock = clock or Clock()
        self.server = SlackServer(self.clock, known)
        self.world = self.server.world
        self.world.bot_follows_clock = bot_follows_clock
        self.teams: dict[str, LocalTeam] = {}

    def add_team(self, name: str, *, id: str = "", token: str = "", installed: bool = True) -> LocalTeam:
        """A new workspace, with the app installed in it unless told otherwise."""
        team = LocalTeam(self, self.world.add_team(name, id=id, token=token, installed=installed))
        self.teams[team.id] = team
        return team

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serves on the loopback until `stop`; port 0 takes a free one."""
        await self.server.start(port, host)

    async def stop(self) -> None:
        """Stops serving."""
        await self.server.stop()

    async def __aenter__(self) -> "LocalSlack":
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where the page is: `http://127.0.0.1:PORT`."""
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """The base of the Web API, as slack_sdk takes it: `…/api/`."""
        return f"{self.world.base_url}/api/"

    @property
    def signing_secret(self) -> str:
        """The secret with which requests to the bot are signed."""
        return self.world.signing_secret

    @signing_secret.setter
    def signing_secret(self, secret: str) -> None:
        self.world.signing_secret = secret

    @property
    def request_url(self) -> str:
        """Where commands, interactions and events go, whatever the manifest says; empty follows the manifest."""
        return self.world.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.world.request_url = url

    @property
    def socket_mode(self) -> bool:
        """Whether everything goes through Socket Mode, as switched on in the manifest or here."""
        return self.world.socket_mode

    @socket_mode.setter
    def socket_mode(self, on: bool) -> None:
        self.world.socket_mode = on

    @property
    def sockets(self) -> Sockets:
        """The bot's connections: `connections`, `disconnect(reason)`, `drop()`, `deafen()`."""
        return self.server.sockets

    @property
    def app_token(self) -> str:
        """The app-level token, `xapp-…`."""
        return self.world.app_token

    @property
    def client_id(self) -> str:
        """The app's id for OAuth."""
        return self.world.client_id

    @property
    def client_secret(self) -> str:
        """The app's secret for OAuth."""
        return self.world.client_secret

    def file(self, file_id: str) -> bytes:
        """What the bot uploaded under this id."""
        return self.world.files[file_id].content or b""

    @property
    def panel_url(self) -> str:
        """The control address of a local VPS.org that the page may use; empty when there is none."""
        return self.server.local.panel_url

    @panel_url.setter
    def panel_url(self, url: str) -> None:
        self.server.local.panel_url = url

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything sent both ways, oldest first (the last 5,000)."""
        return list(self.world.log.exchanges)

    def problems(self) -> list[str]:
        """The rules the bot broke so far, in words. A good bot leaves this empty."""
        return list(self.world.log.problems)

    def forget_problems(self) -> None:
        """Empties the list of problems, after a test has provoked some."""
        self.world.log.problems.clear()

    def api_calls(self, method: str = "") -> list[Exchange]:
        """The bot's calls of one Web API method (or `response_url`), oldest first; of all without an argument."""
        return [e for e in self.world.log.exchanges if e.direction == "from_app" and method in ("", e.name)]

    def deliveries(self, kind: str = "") -> list[Exchange]:
        """What was sent to the bot, oldest first: command, block_actions, view_submission, event…"""
        return [e for e in self.world.log.exchanges if e.direction == "to_app" and kind in ("", e.kind)]

    def fail(
        self,
        method: str,
        *,
        error: str,
        times: int = 1,
        retry_after: int = 30,
        status: int = 200,
        team: LocalTeam | None = None,
    ) -> None:
        """Lets the next calls of a method fail: a name of Slack's, `ratelimited`, `lost_reply` (done, unanswered) or
        `closed` (neither), `held` (neither, until the faults are cleared), or of a method of the Web API what a proxy
        says in Slack's place: `plain_text`, `broken_json`, `no_text`. `*` is any method, `response_url` the
        response_urls, `upload` the bytes of files. `team`: only that workspace's calls."""
        self.world.faults.add(Fault(method, error, times, retry_after, status, team.bot_token if team else ""))

    async def repeat_last(self) -> Answer:
        """Sends the last signed request again, byte for byte."""
        assert self.server.post.last is not None, "nothing was sent over HTTP yet"
        url, body, headers = self.server.post.last
        return await self._raw(url, body, headers)

    async def send_raw(self, body: bytes, headers: Mapping[str, str], url: str = "") -> Answer:
        """Sends bytes as they are, for forged and broken requests."""
        return await self._raw(url or self.world.request_url, body, dict(headers))

    def sign(self, body: bytes, *, secret: str = "", at: float | None = None) -> dict[str, str]:
        """The headers of a signed request; with another secret or time those of a forged one."""
        return signed(secret or self.signing_secret, body, self.world.signing_time() if at is None else at)

    async def verify_url(self) -> bool:
        """Asks the bot for the challenge of `url_verification`."""
        return await verify_url(self.world, self.server)

    async def check_ssl(self) -> bool:
        """Asks for the 200 that an unsigned `ssl_check=1` has to get, as Slack does with the address of a command."""
        return await check_ssl(self.world, self.server.post)

    async def check_signature(self) -> bool:
        """Sends the bot an unsigned, a wrongly signed and an old request; says whether it refused all of them."""
        return await check_signature(self.server.people, self.server.post)

    async def deliver_due(self) -> None:
        """After the clock was moved: sends the repeats of events that are due, ends connections that were warned."""
        await self.server.due()

    async def _raw(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        exchange = self.world.log.open(self.world.now(), "to_app", "raw", "raw", "", body.decode("utf-8", "replace"))
        answer = await self.server.post.post(url, body, headers, exchange)
        exchange.status, exchange.response = answer.status, answer.body.decode("utf-8", "replace")
        return answer

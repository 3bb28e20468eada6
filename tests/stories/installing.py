"""What the stories of installing share: a browser, a second workspace, an account that is connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientSession, CookieJar
from sqlalchemy import text

from bot.sandbox.slack.testing import LocalPerson, LocalTeam
from bot.store import audit
from tests.stories.telling import FORM
from tests.world import World

ACME, BETA = "vps_token_of_acme", "vps_token_of_beta"


class Browser:
    """A browser that begins installations and comes back from Slack's page of consent."""

    def __init__(self, world: World, session: ClientSession) -> None:
        self.world = world
        self.session = session

    async def begins(self) -> str:
        """Opens `/slack/install`: where it is sent to."""
        async with self.session.get(f"{self.world.bot_url}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            return answer.headers["Location"]

    async def comes_back(self, address: str) -> tuple[int, str]:
        """Follows Slack's redirect to the bot's public address: status and page."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://vpsbot.example.com/slack/oauth_redirect"
        async with self.session.get(f"{self.world.bot_url}{parts.path}?{parts.query}") as answer:
            return answer.status, await answer.text()

    async def installs(self, team: LocalTeam, by: LocalPerson, *, org_wide: bool = False) -> str:
        """The whole way; gives the page at its end."""
        status, page = await self.comes_back(team.allow(await self.begins(), by, org_wide=org_wide))
        assert status == 200, page
        return page


@asynccontextmanager
async def a_browser(world: World) -> AsyncIterator[Browser]:
    """A browser with cookies of its own."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:  # "unsafe": an address without a name
        yield Browser(world, session)


async def installed(world: World, team: LocalTeam, by: LocalPerson) -> str:
    """A workspace installs the app, in a browser that is closed again."""
    async with a_browser(world) as browser:
        return await browser.installs(team, by)


async def connected(world: World, person: LocalPerson, token: str) -> None:
    """An admin connects their workspace to an account."""
    await person.says("/vps connect")
    await world.settle()
    await person.fills("API token", token)
    assert await person.submits() == {}
    await world.settle()
    assert person.sees("Connected to")
    await person.closes_dialog(everything=True)


class Both:
    """Two workspaces that have nothing to do with each other: Ada's acme, and Bob's beta."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.beta = world.slack.add_team("beta", id="T0BETA", installed=False)
        self.bob = self.beta.add_person("bob", id="U0BOB", real_name="Bob Beta")
        self.ben = self.beta.add_person("ben", id="U0BEN", real_name="Ben Beta")
        self.lobby = self.beta.add_channel("lobby", id="C0LOBBY", bot=True)
        world.vps.add_account(ACME, email="acme@example.com")
        world.vps.add_account(BETA, email="beta@example.com")

    async def install(self) -> None:
        """Both install the app and connect their own accounts."""
        await installed(self.world, self.world.team, self.world.ada)
        await installed(self.world, self.beta, self.bob)
        await connected(self.world, self.world.ada, ACME)
        await connected(self.world, self.bob, BETA)


async def log_of(world: World, workspace: str) -> list[str]:
    """A workspace's log as `actor action target: reason`."""
    async with world.bot.store.read() as tx:
        return [f"{e.actor} {e.action} {e.target}: {e.reason}" async for e in audit.stream(tx, workspace)]


async def rows(world: World, query: str) -> list[tuple[object, ...]]:
    """What the database holds, read beside the bot."""
    async with world.bot.store.read() as tx:
        return [tuple(row) for row in await tx.connection.execute(text(query))]


async def typed(world: World, person: LocalPerson, text: str, enterprise: str) -> str:
    """A command as Slack sends it for an app that is installed in a whole organisation; gives the answer."""
    form = {
        "command": "/vps",
        "text": f"help {text}",
        "team_id": world.team.id,
        "enterprise_id": enterprise,
        "is_enterprise_install": "true" if enterprise else "false",
        "user_id": person.id,
        "channel_id": world.ops.id,
        "api_app_id": "A0LOCALAPP",
    }
    body = urlencode(form).encode()
    answer = await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": FORM})
    return answer.body.decode()

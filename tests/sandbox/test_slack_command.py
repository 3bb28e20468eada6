"""`vpsbot sandbox slack` as whoever runs it meets it: for any bot, in several workspaces, and given wrong things."""

import asyncio
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from .commands import started
from .slack_bots import MANIFEST, Got, SmallBot

URL = "http://127.0.0.1:9/slack/events"


# (what is wrong, the options, what is said)
WRONG: list[tuple[str, tuple[str, ...], str]] = [
    ("an address that is a word", ("--url", "localhost"), "--url 'localhost' is no address that Slack could send to."),
    ("an address of another kind", ("--url", "ftp://x/y"), "for example http://127.0.0.1:3000/slack/events."),
    ("an address with no port", ("--url", "http://127.0.0.1:99999/"), "is no address that Slack could send to."),
    ("a workspace without name", ("--url", URL, "--workspace", " "), "A workspace needs a name: --workspace Acme."),
    ("a manifest that is not there", ("--url", URL, "--app", "none.yml"), "none.yml can't be read: No such file"),
    ("a manifest that is a folder", ("--url", URL, "--app", "."), "can't be read: Is a directory."),
    ("a manifest that is empty", ("--url", URL, "--app", "empty.yml"), "empty.yml, line 1: a manifest has to have"),
    ("a manifest that is no YAML", ("--url", URL, "--app", "broken.yml"), "broken.yml, line 2: this is not YAML or"),
    ("a key of another type", ("--url", URL, "--app", "type.yml"), "type.yml, line 1: `display_information.name` has"),
    ("an unknown key", ("--url", URL, "--app", "key.yml"), "key.yml, line 2: Slack knows no `colour`."),
    ("no address anywhere", ("--app", "silent.yml"), "The manifest names no address of the bot and no Socket Mode."),
]
FILES = {
    "manifest.yml": MANIFEST,
    "empty.yml": "",
    "broken.yml": "a:\n\t- b",
    "type.yml": "display_information: {name: 7}",
    "key.yml": "display_information: {name: x}\ncolour: red",
    "silent.yml": "display_information: {name: x}",
}


async def test_what_is_given_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for what, options, sentence in WRONG:
        process = await started(tmp_path, "slack", "--port", "0", *options)
        async with asyncio.timeout(20):
            out, err = await process.communicate()
        assert (process.returncode, out) == (2, b""), what
        [line] = err.decode().splitlines()
        assert sentence in line, (what, line)


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    (tmp_path / "manifest.yml").write_text(MANIFEST)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await started(tmp_path, "slack", "--url", URL, "--port", str(port))
        async with asyncio.timeout(20):
            out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"Can't listen on 127.0.0.1:{port}: Address already in use. Choose another --port.\n"


@pytest.mark.parametrize("by", ["--url", "manifest"])
async def test_it_serves_any_bot_in_several_workspaces(tmp_path: Path, by: str) -> None:
    async def echo(got: Got) -> dict[str, str]:
        return {"text": f"You said {got.data['text']} in {got.data['team_id']}"}

    bot = SmallBot(echo)
    await bot.start()
    (tmp_path / "manifest.yml").write_text(
        MANIFEST.replace("description: Says it again,", f"url: '{bot.url}', description: Says it again,")
    )
    url = ["--url", bot.url] if by == "--url" else []
    process = await started(tmp_path, "slack", *url, "--port", "0", "--workspace", "Acme", "--workspace", "Globex")
    assert process.stdout is not None
    async with asyncio.timeout(20):
        told = [(await process.stdout.readline()).decode().strip() for _ in range(6)]
    page = told[0].removeprefix("The local Slack: ")
    tokens = {line.split("# ")[1]: line.split()[0].partition("=")[2] for line in told if line.startswith("SLACK_BOT")}
    assert list(tokens) == ["Acme (T0ACME)", "Globex (T0ACME2)"]
    for team, person, channel in (("T0ACME", "U0OLGA", "C0OPS"), ("T0ACME2", "U0OLGA2", "C0OPS2")):
        said = {"team": team, "user": person, "channel": channel, "text": "/echo hi"}
        async with bot.session.post(f"{page}/_local/say", json=said) as reply:
            assert reply.status == 200, await reply.text()
        assert (bot.got[-1].data["team_id"], bot.got[-1].data["user_id"]) == (team, person)
    for name, token in tokens.items():
        headers = {"Authorization": f"Bearer {token}"}
        async with bot.session.post(f"{page}/api/auth.test", headers=headers) as reply:
            assert (await reply.json())["team_id"] in name
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    await bot.stop()


async def test_it_serves_a_bot_through_socket_mode_without_an_address(tmp_path: Path) -> None:
    silent = MANIFEST.replace("    request_url: https://example.com/events\n", "")
    silent = silent.replace("    request_url: https://example.com/actions\n", "")
    (tmp_path / "manifest.yml").write_text(silent + "  socket_mode_enabled: true\n")
    process = await started(tmp_path, "slack", "--port", "0")
    assert process.stdout is not None
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        told = [(await process.stdout.readline()).decode().strip() for _ in range(5)]
        page = told[0].removeprefix("The local Slack: ")
        [token] = [line.removeprefix("SLACK_APP_TOKEN=") for line in told if line.startswith("SLACK_APP_TOKEN=")]
        [api] = [line.removeprefix("SLACK_API_URL=") for line in told if line.startswith("SLACK_API_URL=")]
        headers = {"Authorization": f"Bearer {token.split()[0]}"}
        async with session.post(f"{api.split()[0]}apps.connections.open", headers=headers) as reply:
            address = (await reply.json())["url"]
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            said = {"team": "T0ACME", "user": "U0OLGA", "channel": "C0OPS", "text": "/echo hi"}
            saying = asyncio.create_task(session.post(f"{page}/_local/say", json=said))
            envelope = await socket.receive_json()
            assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "hi")
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "By socket"}})
            assert (await (await saying).json()) == {"ok": True}
        asked = {"team": "T0ACME", "user": "U0OLGA", "channel": "C0OPS"}
        async with session.get(f"{page}/_local/messages", params=asked) as reply:
            assert [message["text"] for message in (await reply.json())["messages"]] == ["By socket"]
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")

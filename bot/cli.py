"""The command line. Each command imports what it needs when it runs: start-up counts."""

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.sandbox.slack.testing import LocalSlack

app = typer.Typer(
    name="vpsbot",
    help="Run the servers of a VPS.org account from Slack.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Encryption keys.", no_args_is_help=True)
audit = typer.Typer(help="The log that can't be bent.", no_args_is_help=True)
sandbox = typer.Typer(help="A local VPS.org and a local Slack.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.add_typer(sandbox, name="sandbox")

Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.", min=0, max=65535)]


def main() -> None:
    """The console script."""
    app()


@app.command()
def serve() -> None:
    """Serve the bot. Everything it needs is read from the environment (see docs/operating.md)."""
    from bot.serving import serve_forever

    sys.exit(serve_forever())


@app.command()
def demo(
    port: Port = 8377, socket: Annotated[bool, typer.Option(help="Over Socket Mode instead of HTTP.")] = False
) -> None:
    """The real bot against a local Slack and a local VPS.org: no account needed."""
    from bot.demo import run

    sys.exit(asyncio.run(run(port, socket=socket)))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from bot.serving import migrate_now

    sys.exit(migrate_now())


@keys.command("generate")
def keys_generate() -> None:
    """Print a new key for VPSBOT_ENCRYPTION_KEYS."""
    from bot.store.sealing import new_key

    typer.echo(new_key())


@audit.command("verify")
def audit_verify(
    workspace: Annotated[str | None, typer.Option(help="Only this Slack team.")] = None,
    public_key: Annotated[
        str | None, typer.Option(help="The public key you hold, in hex; the log's own is not believed.")
    ] = None,
    head: Annotated[
        str | None, typer.Option(help="A head you noted, SEQ:HASH: finds a log that was set back. Takes --workspace.")
    ] = None,
) -> None:
    """Check every workspace's log: the chain, the head and its signature. Exit status 1 when something is wrong."""
    from bot.auditing import verify

    sys.exit(asyncio.run(verify(workspace, public_key, head)))


@sandbox.command("vps")
def sandbox_vps(
    port: Port = 8378, token: Annotated[str, typer.Option(help="The token of the first account.")] = "vps_demo"
) -> None:
    """Serve a local VPS.org on the loopback."""
    from bot.sandbox.vps import serve

    _until_interrupted(
        serve("127.0.0.1", port, token=token, started=lambda vps: typer.echo(f"The local VPS.org: {vps.url}"))
    )


@sandbox.command("slack")
def sandbox_slack(
    url: Annotated[
        str,
        typer.Option(
            help="Where the bot takes Slack's requests, e.g. http://127.0.0.1:3000/slack/events; "
            "without it the manifest's addresses are used."
        ),
    ] = "",
    manifest: Annotated[str, typer.Option("--app", help="The app's manifest.")] = "manifest.yml",
    port: Port = 8377,
    workspace: Annotated[list[str] | None, typer.Option(help="A workspace's name; several for several.")] = None,
) -> None:
    """Serve a local Slack workspace with a web page on the loopback."""
    from bot.sandbox.slack.demo import CannotServe, serve
    from bot.sandbox.slack.manifest import ManifestError

    try:
        _until_interrupted(serve(manifest, url, port=port, workspaces=workspace or ["Acme"], ready=_tell_tokens))
    except (ManifestError, CannotServe) as problem:
        typer.echo(str(problem), err=True)
        sys.exit(2)


def _tell_tokens(slack: "LocalSlack") -> None:
    """Prints what a bot needs to be this app."""
    typer.echo(f"The local Slack: {slack.url}")
    typer.echo(f"SLACK_API_URL={slack.api_url}\nSLACK_SIGNING_SECRET={slack.signing_secret}")
    typer.echo(f"SLACK_APP_TOKEN={slack.app_token}   # for Socket Mode")
    for team in slack.teams.values():
        typer.echo(f"SLACK_BOT_TOKEN={team.bot_token}   # {team.name} ({team.id})")


def _until_interrupted(program: Coroutine[Any, Any, None]) -> None:
    """Runs until Ctrl-C, which is an ordinary end."""
    with suppress(KeyboardInterrupt):
        asyncio.run(program)


if __name__ == "__main__":
    main()

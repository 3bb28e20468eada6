"""The command line. Each command imports what it needs when it runs: start-up counts."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
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

Workspace = Annotated[str | None, typer.Option(help="Only this Slack team.")]
Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.", min=0, max=65535)]


def main() -> None:
    """The console script."""
    app()


@app.command()
def serve() -> None:
    """Serve the bot. Everything it needs is read from the environment (see docs/operating.md)."""
    from bot.checking import settings_or_exit

    settings = settings_or_exit()  # before the bot is imported: who mistyped a variable needn't wait for that
    from bot.serving import serve_forever

    sys.exit(serve_forever(settings))


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


@app.command()
def doctor() -> None:
    """Look at everything that the bot needs, and say how to mend what is wrong. Exit status 1 when something is."""
    from bot.doctor.command import run

    sys.exit(asyncio.run(run()))


@keys.command("generate")
def keys_generate() -> None:
    """Print a new key for VPSBOT_ENCRYPTION_KEYS."""
    from bot.store.sealing import new_key

    typer.echo(new_key())


@keys.command("rotate")
def keys_rotate() -> None:
    """Seal everything with the newest key of VPSBOT_ENCRYPTION_KEYS, also beside a running server that has them all."""
    from bot.rotating import rotate_all

    sys.exit(asyncio.run(rotate_all()))


@audit.command("verify")
def audit_verify(
    workspace: Workspace = None,
    public_key: Annotated[
        str | None, typer.Option(help="The public key you hold, in hex; the log's own is not believed.")
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(help="A head you noted, SEQ:HASH: finds a log that was set back. Takes --workspace."),
    ] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(help="An anchor that a message carries, or SEQ:HASH; several for several.")
    ] = None,
) -> None:
    """Check every workspace's log: the chain, the head, its signature, and what left the house through
    VPSBOT_AUDIT_SINK. Exit status 1 when something is wrong."""
    from bot.auditing import verify

    sys.exit(asyncio.run(verify(workspace, public_key, [*(head or []), *(anchor or [])])))


@audit.command("export")
def audit_export(
    form: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
    since: Annotated[str | None, typer.Option(help="Not before: 7d, 2026-11-23 or 2026-11-23T09:00 (UTC).")] = None,
    until: Annotated[str | None, typer.Option(help="Before: the same.")] = None,
    workspace: Workspace = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; else standard output.")] = None,
) -> None:
    """Write the log with its signed head, for `vpsbot audit check`."""
    from bot.auditing import export
    from bot.domain.audit_file import Format

    if form not in list(Format):
        raise typer.BadParameter("The format is jsonl or csv.", param_hint="--format")
    sys.exit(asyncio.run(export(workspace, Format(form), since, until, output)))


@audit.command("key")
def audit_key(workspace: Workspace = None) -> None:
    """Print the public keys with which the logs' heads are signed."""
    from bot.auditing import public_keys

    sys.exit(asyncio.run(public_keys(workspace)))


@audit.command("check")
def audit_check(
    file: Annotated[Path, typer.Argument(help="What `vpsbot audit export` or `/vps audit export` gave.")],
    public_key: Annotated[
        list[str], typer.Option(help="The public key, in hex, from `vpsbot audit key`; several for several logs.")
    ],
) -> None:
    """Check an exported file with the public key alone: no database, no settings."""
    from bot.auditing import check

    sys.exit(check(file, public_key))


@sandbox.command("vps")
def sandbox_vps(
    port: Port = 8378, token: Annotated[str, typer.Option(help="The token of the first account.")] = "vps_demo"
) -> None:
    """Serve a local VPS.org on the loopback."""
    from bot.sandbox.listening import CannotServe
    from bot.sandbox.vps import serve

    try:
        _until_interrupted(
            serve("127.0.0.1", port, token=token, started=lambda vps: typer.echo(f"The local VPS.org: {vps.url}"))
        )
    except CannotServe as problem:
        typer.echo(str(problem), err=True)
        sys.exit(2)


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
    from bot.sandbox.listening import CannotServe
    from bot.sandbox.slack.demo import serve
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
    """Runs until Ctrl-C or SIGTERM, which are ordinary ends, also in the background, where shells ignore Ctrl-C."""

    async def run() -> None:
        task = asyncio.create_task(program)
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())


if __name__ == "__main__":
    main()

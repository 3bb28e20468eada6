"""What the environment has to hold before anything starts, and what is said when it doesn't."""

import sys

from bot.config import BadSettings, Settings, from_environment
from bot.store.sealing import KeyProblem, Sealer


def settings_or_exit() -> Settings:
    """What the environment says, once nothing that a start needs is missing; else that is said, and the status is 2."""
    try:
        settings = from_environment()
        check_settings(settings)
        Sealer(settings.encryption_keys.get_secret_value())
    except (BadSettings, KeyProblem) as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    return settings


def check_settings(settings: Settings) -> None:
    """What can't be left out. Raises BadSettings."""
    if not (settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()):
        raise BadSettings(
            "SLACK_SIGNING_SECRET is not set. It is on your Slack app's page under Basic Information. "
            "To serve over Socket Mode instead, set SLACK_APP_TOKEN (xapp-…)."
        )
    one, secret = settings.slack_bot_token.get_secret_value(), settings.slack_client_secret.get_secret_value()
    if settings.many or secret:
        _check_many(settings, one, secret)
    elif not one:
        raise BadSettings(
            "SLACK_BOT_TOKEN is not set. It is on your Slack app's page under OAuth & Permissions (xoxb-…). "
            "To serve many workspaces instead, set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        )


def _check_many(settings: Settings, bot_token: str, client_secret: str) -> None:
    """What many workspaces need, and what makes no sense with them. Raises BadSettings."""
    if bot_token:
        raise BadSettings(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. "
            "Unset one or the other."
        )
    if not (settings.many and client_secret):
        missing = "SLACK_CLIENT_SECRET" if settings.many else "SLACK_CLIENT_ID"
        raise BadSettings(f"{missing} is not set. It is on your Slack app's page under Basic Information.")
    if settings.vps_api_token.get_secret_value():
        raise BadSettings(
            "VPS_API_TOKEN connects one workspace. With SLACK_CLIENT_ID there are many: unset it; an admin of each "
            "workspace types /vps connect."
        )
    if bare := [admin for admin in settings.admins if ":" not in admin]:
        raise BadSettings(
            f"VPSBOT_ADMINS names {bare[0]} without a workspace. With SLACK_CLIENT_ID it takes TEAM:USER, like "
            "T0123456:U0123456."
        )

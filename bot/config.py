"""The environment, read in one place. The table in docs/operating.md is compared with these fields by a test."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What `vpsbot serve` takes from the environment."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="address to listen on")
    port: int = Field(
        3000, validation_alias="PORT", ge=0, le=65535, description="port to listen on; 0 takes any free one"
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_SIGNING_SECRET", description="the app's signing secret; needed for HTTP"
    )
    slack_bot_token: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_BOT_TOKEN", description="the bot token (`xoxb-…`) of the one workspace"
    )
    slack_client_id: str = Field(
        "",
        validation_alias="SLACK_CLIENT_ID",
        description="the app's client id, in place of the bot token: many workspaces, installed at `/slack/install`",
    )
    slack_client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_CLIENT_SECRET", description="the app's client secret, with the client id"
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_APP_TOKEN",
        description="the app-level token (`xapp-…`): serves over Socket Mode instead of HTTP",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Slack's Web API; another one for a local Slack",
    )
    vps_api_url: str = Field(
        "https://admin.vps.org/api/v1",
        validation_alias="VPS_API_URL",
        description="the provider's API; ends in `/api/v1`",
    )
    vps_api_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="VPS_API_TOKEN",
        description="connects the one workspace at its first start (optional)",
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///vpsbot.db", validation_alias="DATABASE_URL", description="where everything is kept"
    )
    encryption_keys: SecretStr = Field(
        SecretStr(""),
        validation_alias="VPSBOT_ENCRYPTION_KEYS",
        description="comma-separated base64 of 32 bytes, newest first; `vpsbot keys generate` makes one",
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias="VPSBOT_ADMINS",
        description="Slack user ids of the first admins, while a workspace has none; with many workspaces `TEAM:USER`",
    )
    poll_interval: float = Field(
        2.0,
        validation_alias="VPSBOT_POLL_INTERVAL",
        gt=0,
        description="seconds between the first looks at a changing server",
    )
    provider_timeout: float = Field(
        20.0,
        validation_alias="VPSBOT_PROVIDER_TIMEOUT",
        gt=0,
        description="seconds that one call of the provider may take in all",
    )
    overdue_after: float = Field(
        15.0,
        validation_alias="VPSBOT_OVERDUE_AFTER",
        gt=0,
        le=24 * 60,
        description="minutes after which it is told that a server is still provisioning; VPS.org says two to five",
    )
    audit_sink: str = Field(
        "",
        validation_alias="VPSBOT_AUDIT_SINK",
        description="where the log's signed heads go, line by line: the path of a file, or an https address",
    )
    migrate: bool = Field(
        True, validation_alias="VPSBOT_MIGRATE", description="bring the database to the newest schema at start"
    )
    log_format: str = Field(
        "console", validation_alias="VPSBOT_LOG", pattern="^(console|json)$", description="`console` or `json`"
    )

    @property
    def many(self) -> bool:
        """Whether it serves many workspaces, each with a token of its own."""
        return bool(self.slack_client_id)

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class BadSettings(Exception):
    """The environment is wrong; the message names each variable and what it should be."""


def from_environment() -> Settings:
    """The settings of this process. Raises BadSettings."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [f"{'.'.join(str(p) for p in each['loc'])}: {each['msg']}" for each in wrong.errors()]
        raise BadSettings("The environment is wrong:\n  " + "\n  ".join(lines)) from None

"""How the local Slack refuses, and which refusals mean that the bot broke a rule."""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.slack.rules.finding import Finding


class Refused(Exception):
    """An answer `{"ok": false, "error": …}` in Slack's own words."""

    def __init__(
        self, error: str, *messages: str, findings: Iterable[Finding] = (), status: int = 200, **more: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.findings = list(findings)
        self.messages = [*messages, *(finding.line for finding in self.findings)]
        self.status = status
        self.more = more

    def body(self) -> dict[str, Any]:
        """The JSON body Slack would send."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
            if self.error == "invalid_blocks":
                body["errors"] = [line.removeprefix("[ERROR] ") for line in self.messages]
        return body

    def problems(self) -> list[str]:
        """The rules the bot broke, in words; empty when this refusal can meet a well-behaved bot."""
        if self.findings:
            return [finding.sentence for finding in self.findings]
        if self.error not in BROKEN:
            return []
        return [f"{BROKEN[self.error]} ({self.error}{': ' + '; '.join(self.messages) if self.messages else ''})"]

    def notes(self) -> list[str]:
        """The rule behind a refusal that is nobody's fault."""
        return [f"{ANY_BOT[self.error]} ({self.error})"] if self.error in ANY_BOT else []


BROKEN = {
    "bad_client_secret": "The client secret is the app's own.",
    "bad_redirect_uri": "A redirect_uri is one of the manifest's, and the same at both steps of an installation.",
    "cannot_reply_to_message": "An ephemeral message has no thread.",
    "cant_delete_message": "A bot deletes only its own messages.",
    "cant_update_message": "A bot changes only its own messages, and ephemeral ones only through a response_url.",
    "duplicate_external_id": "A view's external_id is unique in its workspace.",
    "exchanged_trigger_id": "A trigger_id is used once.",
    "expired_trigger_id": "A trigger_id is used within 3 seconds.",
    "expired_url": "A response_url lives for 30 minutes.",
    "file_not_found": "A file is completed once its bytes are there, with the id that files.getUploadURLExternal gave.",
    "file_upload_size_restricted": "A file has at most 1 GB.",
    "forbidden_team": "Socket Mode has to be switched on in the manifest.",
    "invalid_arg_name": "The name of an argument has letters, digits and _, and at most 255 of them.",
    "invalid_arguments": "Arguments have to be as the method's reference says.",
    "invalid_array_arg": "Arguments are no arrays: a[b]=c is none.",
    "invalid_attachments": "`attachments` is a JSON array of objects.",
    "invalid_auth": "Calls carry the token of an installation.",
    "invalid_blocks": "Blocks have to be as Block Kit's reference says.",
    "invalid_blocks_format": "`blocks` is a JSON array of blocks.",
    "invalid_charset": "A body is in utf-8 or iso-8859-1.",
    "invalid_client_id": "The client id is the app's own.",
    "invalid_cursor": "A cursor is the next_cursor of the page before.",
    "invalid_form_data": "A form has to be readable.",
    "invalid_grant_type": "A grant_type is authorization_code or refresh_token.",
    "invalid_json": "A JSON body has to be valid JSON.",
    "invalid_limit": "A limit is a whole number, from 1 to what the method allows.",
    "invalid_metadata_format": "Metadata has an event_type and an event_payload.",
    "invalid_payload": "A response_url takes a JSON object.",
    "invalid_post_type": "A POST says what it carries: JSON or a form.",
    "invalid_refresh_token": "A refresh token is used once.",
    "invalid_scope": "The manifest asks for every scope that is asked for at an installation.",
    "invalid_thread_ts": "thread_ts is the ts of a message.",
    "invalid_token": "A token is exchanged as Slack gave it.",
    "invalid_trigger_id": "A trigger_id is used as Slack gave it.",
    "invalid_ts_latest": "latest is the ts of a message, or seconds since 1970.",
    "invalid_ts_oldest": "oldest is the ts of a message, or seconds since 1970.",
    "invalid_types": "types are public_channel, private_channel, im and mpim.",
    "invalid_view": "A view has to be as Block Kit's reference says.",
    "json_not_object": "A JSON body is an object.",
    "markdown_text_conflict": "markdown_text stands alone, without text and blocks.",
    "messages_tab_disabled": "Messages to a person need the Messages tab, switched on in the manifest.",
    "metadata_too_large": "Metadata is small.",
    "method_not_supported_for_channel_type": "A method is for the kinds of conversation that its reference names.",
    "missing_post_type": "A POST says what it carries.",
    "missing_scope": "The manifest asks for every scope that is used.",
    "msg_blocks_too_long": "All blocks of a posted message hold at most about 13,200 characters.",
    "msg_too_long": "A message's text has at most 40,000 characters, a changed one's 4,000.",
    "no_scopes": "An installation asks for scopes.",
    "no_service": "A response_url is used as Slack gave it.",
    "no_text": "A message has text or blocks.",
    "not_allowed_token_type": "Each method takes its own kind of token.",
    "not_authed": "Calls carry a token.",
    "not_enough_users": "A conversation is with somebody else.",
    "not_enabled": "The Home tab has to be switched on in the manifest.",
    "push_limit_reached": "At most three views lie on top of each other.",
    "token_already_exchanged": "A long-lived token is exchanged once.",
    "token_rotation_not_enabled": "Token rotation has to be switched on in the manifest.",
    "too_many_users": "A conversation is opened with at most 8 people.",
    "too_many_attachments": "A message has at most 100 attachments.",
    "unknown_method": "Methods have names Slack knows.",
    "used_url": "A response_url is used at most five times.",
    "users_list_not_supplied": "conversations.open takes a channel or people.",
    "view_too_large": "A view has at most 250 KB.",
}
"""Refusals that a bot avoids by keeping a rule, and the rule."""

ANY_BOT = {
    "account_inactive": "A token works while the app is installed: this workspace removed it.",
    "bot_not_found": "bots.info knows the bot of its own workspace.",
    "channel_not_found": "A bot knows the public channels of its workspace, and of the others those it is in.",
    "hash_conflict": "A view is changed with the hash of its newest state: it was changed meanwhile.",
    "invalid_code": "The code of an installation is good for 10 minutes and used once.",
    "invalid_user_combination": "People of other workspaces share a channel before they share a conversation.",
    "is_archived": "Nothing is posted in an archived channel.",
    "is_inactive": "Nothing is changed in an archived channel.",
    "message_not_found": "A message is changed, deleted and linked while it is there; an ephemeral one never is.",
    "no_such_subteam": "A user group is one of this workspace's that is not switched off.",
    "not_found": "A view is changed, or another one laid on it, while it is open.",
    "not_in_channel": "A bot posts and reads where it is a member.",
    "ratelimited": "A method takes so many calls a minute, a channel a message a second: Retry-After says how long.",
    "restricted_action": "This workspace lets only its administrators post in this channel.",
    "team_not_found": "team.info knows the workspace of its token.",
    "thread_not_found": "A thread begins at a message that is there.",
    "token_expired": "A token that rotates expires: its refresh token gets the next one.",
    "token_revoked": "A token works until it is revoked.",
    "user_disabled": "A conversation is opened with accounts that are not deactivated.",
    "user_not_found": "A person is one of this workspace's.",
    "user_not_in_channel": "An ephemeral message is for an active member of its channel.",
    "users_not_found": "An address belongs to an active account of this workspace.",
}
"""Refusals that can meet a bot which keeps every rule, and the rule: people left, closed or revoked something."""

PERSON = frozenset(
    {
        "app_uninstalled",
        "handle_already_exists",
        "interactivity_not_enabled",
        "invalid_handle",
        "not_connected",
        "options_load_url_missing",
    }
)
"""Refusals that only a person on the page meets."""

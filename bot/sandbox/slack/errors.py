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


BROKEN = {
    "cannot_reply_to_message": "An ephemeral message has no thread.",
    "cant_delete_message": "A bot deletes only its own messages.",
    "cant_update_message": "A bot changes only its own messages, and ephemeral ones only through a response_url.",
    "duplicate_external_id": "A view's external_id is unique in its workspace.",
    "exchanged_trigger_id": "A trigger_id is used once.",
    "expired_trigger_id": "A trigger_id is used within 3 seconds.",
    "expired_url": "A response_url lives for 30 minutes.",
    "invalid_arg_name": "The name of an argument has letters, digits and _, and at most 255 of them.",
    "invalid_arguments": "Arguments have to be as the method's reference says.",
    "invalid_array_arg": "Arguments are no arrays: a[b]=c is none.",
    "invalid_attachments": "`attachments` is a JSON array of objects.",
    "invalid_auth": "Calls carry the token of an installation.",
    "invalid_blocks": "Blocks have to be as Block Kit's reference says.",
    "invalid_blocks_format": "`blocks` is a JSON array of blocks.",
    "invalid_charset": "A body is in utf-8 or iso-8859-1.",
    "invalid_form_data": "A form has to be readable.",
    "invalid_json": "A JSON body has to be valid JSON.",
    "invalid_metadata_format": "Metadata has an event_type and an event_payload.",
    "invalid_payload": "A response_url takes a JSON object.",
    "invalid_post_type": "A POST says what it carries: JSON or a form.",
    "invalid_thread_ts": "thread_ts is the ts of a message.",
    "invalid_trigger_id": "A trigger_id is used as Slack gave it.",
    "json_not_object": "A JSON body is an object.",
    "markdown_text_conflict": "markdown_text stands alone, without text and blocks.",
    "metadata_too_large": "Metadata is small.",
    "missing_post_type": "A POST says what it carries.",
    "missing_scope": "The manifest asks for every scope that is used.",
    "msg_blocks_too_long": "All blocks of a posted message hold at most about 13,200 characters.",
    "msg_too_long": "A message's text has at most 40,000 characters, a changed one's 4,000.",
    "no_text": "A message has text or blocks.",
    "not_allowed_token_type": "Each method takes its own kind of token.",
    "not_authed": "Calls carry a token.",
    "not_enabled": "The Home tab has to be switched on in the manifest.",
    "push_limit_reached": "At most three views lie on top of each other.",
    "too_many_attachments": "A message has at most 100 attachments.",
    "unknown_method": "Methods have names Slack knows.",
    "used_url": "A response_url is used at most five times.",
    "view_too_large": "A view has at most 250 KB.",
}

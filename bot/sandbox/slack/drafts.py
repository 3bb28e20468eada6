"""What the bot wants to say, checked: the same for posted messages, response_urls and acknowledgements."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rules.ids import with_ids
from bot.sandbox.slack.rules.views import ONE_TABLE, message_findings, too_much_text

TEXT = 40_000
CHANGED_TEXT = 4_000
ATTACHMENTS = 100
WITHOUT_TEXT = "Beside blocks, `text` is what notifications and screen readers say, a whole sentence."


@dataclass(slots=True)
class Draft:
    """A checked message. `advice` is what Slack accepts but a good bot avoids."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None
    advice: list[str] = field(default_factory=list)
    broadcast: bool = False
    identity: Json = field(default_factory=dict)


def draft(given: Json, *, most: int = TEXT, posted: bool = True) -> Draft:
    """Checks a message. Only a `posted` one, of chat.postMessage, is held to the total size of its blocks: Slack's
    reference has msg_blocks_too_long for no other method, and a response_url takes the same blocks, as users of
    slackapi/bolt-js found.

    Raises Refused: no_text, msg_too_long, invalid_blocks_format, invalid_blocks, msg_blocks_too_long,
    invalid_attachments, too_many_attachments, markdown_text_conflict, invalid_metadata_format.
    """
    text, blocks = _text(given.get("text")), _listed(given.get("blocks"), "invalid_blocks_format")
    if markdown := given.get("markdown_text"):
        if text or blocks:
            raise Refused("markdown_text_conflict")
        blocks = [{"type": "markdown", "text": str(markdown)}]
    attached = _listed(given.get("attachments"), "invalid_attachments")
    if not text and not blocks and not attached:
        raise Refused("no_text")
    if len(text) > most:
        raise Refused("msg_too_long")
    advice = _check_blocks(blocks, posted)
    if blocks and not text and not markdown:
        advice.append(WITHOUT_TEXT)
    return Draft(text, with_ids(blocks) + _from_attachments(attached), _metadata(given.get("metadata")), advice)


def parsed(value: Any) -> Any:
    """A value that forms and JSON bodies alike may carry as a JSON string. Raises ValueError."""
    return json.loads(value) if isinstance(value, str) else value


def _check_blocks(blocks: list[Json], posted: bool) -> list[str]:
    findings = message_findings(blocks) if blocks else []
    if any(not finding.rule.warns for finding in findings):
        # Slack names this one rule of blocks after attachments.
        tables = all(finding.rule is ONE_TABLE for finding in findings)
        raise Refused("invalid_attachments" if tables else "invalid_blocks", findings=findings)
    if blocks and posted and too_much_text(blocks):
        raise Refused("msg_blocks_too_long")
    return [finding.sentence for finding in findings]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _listed(value: Any, error: str) -> list[Json]:
    if value is None or value == "":
        return []
    try:
        data = parsed(value)
    except ValueError:
        raise Refused(error) from None
    if not isinstance(data, list):
        raise Refused(error)
    return data


def _from_attachments(attached: list[Any]) -> list[Json]:
    """Legacy attachments, shown as the blocks they come closest to."""
    if len(attached) > ATTACHMENTS:
        raise Refused("too_many_attachments")
    shown: list[Json] = []
    for each in attached:
        if not isinstance(each, dict):
            raise Refused("invalid_attachments")
        blocks = _listed(each.get("blocks"), "invalid_attachments")
        _check_blocks(blocks, posted=False)
        words = "\n".join(str(each[name]) for name in ("pretext", "title", "text") if each.get(name))
        words = words or (str(each.get("fallback") or "") if not blocks else "")
        shown += [{"type": "section", "text": {"type": "mrkdwn", "text": words[:3000]}}] if words else []
        shown += blocks
    return with_ids(shown)


def _metadata(value: Any) -> Json | None:
    if value is None or value == "":
        return None
    try:
        data = parsed(value)
    except ValueError:
        raise Refused("invalid_metadata_format") from None
    if data == {}:
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(data.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(data)) > 16_000:
        raise Refused("metadata_too_large")
    return data

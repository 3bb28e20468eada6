"""What people type, as Slack hands it on: names of people and channels become ids, `&`, `<`, `>` are escaped."""

import re

from bot.sandbox.slack.model import Team

_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|]+)|(?<![\w@#])@(?P<person>[\w.\-]+)|(?<![\w@#])#(?P<channel>[\w\-]+)|[&<>]"
)


def escaped(team: Team, text: str, *, named: bool) -> str:
    """The text with mentions resolved. `named` adds the names, as commands with `should_escape` get them."""
    if not _TOKEN.search(text):
        return text
    people = {p.name.lower(): p.id for p in team.people.values()}
    channels = {c.name.lower(): c for c in team.channels.values() if c.kind == "channel"}
    groups = {g.handle.lower(): g.id for g in team.groups.values()}

    def swap(match: re.Match[str]) -> str:
        whole = match.group()
        if match["url"]:
            return f"<{whole}>"
        if match["person"]:
            name = match["person"].rstrip(".")
            rest = match["person"][len(name) :]
            if person_id := people.get(name.lower()):
                return f"<@{person_id}|{name}>{rest}" if named else f"<@{person_id}>{rest}"
            if group_id := groups.get(name.lower()):
                return f"<!subteam^{group_id}|@{name}>{rest}"
            return f"<!{name}>{rest}" if name in ("here", "channel", "everyone") else whole
        if match["channel"]:
            channel = channels.get(match["channel"].lower())
            if channel is None:
                return whole
            return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"
        return _SIGNS[whole]

    return _TOKEN.sub(swap, text)

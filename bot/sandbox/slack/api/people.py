"""users.*, usergroups.*, bots.*, team.*, auth.*, api.*."""

from bot.sandbox.slack import shapes
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Json


@method("api.test", tier=4, token="none")
async def api_test(call: Call) -> Json:
    """Says that the API is there."""
    if error := call.text("error"):
        raise Refused(error, args=call.args)
    return {"args": call.args}


@method("auth.test", tier=5)
async def auth_test(call: Call) -> Json:
    """Says whose token this is."""
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot.name,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": bool(team.installation.enterprise_id),
        **({"enterprise_id": team.installation.enterprise_id} if team.installation.enterprise_id else {}),
    }


@method("users.info", tier=4, scopes=("users:read",), required=("user",), takes_json=False)
async def users_info(call: Call) -> Json:
    """One person, as the account is at this moment."""
    person = call.person()
    return {"user": shapes.user(person, email="users:read.email" in call.team.installation.scopes)}


@method("users.list", tier=2, scopes=("users:read",), takes_json=False)
async def users_list(call: Call) -> Json:
    """All people, page by page."""
    email = "users:read.email" in call.team.installation.scopes
    people, metadata = call.page(list(call.team.people.values()))
    return {
        "members": [shapes.user(person, email=email) for person in people],
        "cache_ts": int(call.world.now()),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", tier=3, scopes=("users:read.email",), required=("email",), takes_json=False)
async def users_lookup(call: Call) -> Json:
    """The person with this address."""
    name = call.text("email").removesuffix("@example.com")
    person = next((p for p in call.team.people.values() if p.name == name and not p.deleted and not p.is_bot), None)
    if person is None:
        raise Refused("users_not_found")
    return {"user": shapes.user(person, email=True)}


@method("team.info", tier=3, scopes=("team:read",))
async def team_info(call: Call) -> Json:
    """The workspace."""
    team = call.team
    if call.text("team") not in ("", team.id):
        raise Refused("team_not_found")
    url = f"https://{team.domain}.slack.com/"
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain, "url": url, "email_domain": "", "icon": {}}
    }


@method("bots.info", tier=3, scopes=("users:read",), takes_json=False)
async def bots_info(call: Call) -> Json:
    """A bot user; without argument the caller's own."""
    team = call.team
    if call.text("bot") not in ("", team.bot_id):
        raise Refused("bot_not_found")
    bot = {"id": team.bot_id, "deleted": False, "name": team.bot.real_name, "updated": 0}
    return {"bot": {**bot, "app_id": call.world.app_id, "user_id": team.bot.id, "icons": {}}}


@method("usergroups.list", tier=2, scopes=("usergroups:read",), takes_json=False)
async def usergroups_list(call: Call) -> Json:
    """The user groups."""
    shown = []
    for group in call.team.groups.values():
        if group.disabled and not call.flag("include_disabled"):
            continue
        body = shapes.group(call.team, group)
        if call.flag("include_count"):
            body["user_count"] = len(group.members)
        if call.flag("include_users"):
            body["users"] = list(group.members)
        shown.append(body)
    return {"usergroups": shown}


@method("usergroups.users.list", tier=2, scopes=("usergroups:read",), required=("usergroup",), takes_json=False)
async def usergroups_users_list(call: Call) -> Json:
    """The members of a user group."""
    group = call.team.groups.get(call.text("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}

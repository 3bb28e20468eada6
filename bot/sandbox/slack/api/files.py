"""files.*: uploading in three steps. docs.slack.dev/messaging/working-with-files."""

import mimetypes

from aiohttp import web

from bot.sandbox.slack import conversation
from bot.sandbox.slack.api.chat import may_post, thread_of
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import File, Json, Message, Person, Team
from bot.sandbox.slack.world import World

LARGEST = 1_000_000_000
UPLOAD = "upload"
"""The name under which faults know the second step."""


@method(
    "files.getUploadURLExternal",
    tier=4,
    scopes=("files:write",),
    required=("filename", "length"),
    takes_json=False,
)
async def upload_url(call: Call) -> Json:
    """The first step: an address to send the bytes to."""
    length = call.text("length")
    if not length.isdecimal() or not int(length):
        raise Refused("invalid_arguments", "[ERROR] length must be more than 0")
    if int(length) > LARGEST:
        raise Refused("file_upload_size_restricted")
    file = File(f"F0{call.world.number():07d}", call.team.id, call.text("filename"), int(length))
    call.world.files[file.id] = file
    return {"upload_url": f"{call.world.base_url}/upload/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", tier=4, scopes=("files:write",), required=("files",))
async def complete(call: Call) -> Json:
    """The last step: the file is there, and shared if a channel is named."""
    listed = call.json("files")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments", "[ERROR] files must be a list of {id, title}")
    files = [_uploaded(call, each) for each in listed]
    wanted = call.text("channel_id")
    if wanted:
        channel = call.team.channels.get(wanted)
        if channel is None or (channel.is_private and call.team.bot.id not in channel.members):
            raise Refused("channel_not_found")
        may_post(call, channel)
        message = Message(call.world.ts(), channel.id, call.team.bot.id, call.text("initial_comment"), by_bot=True)
        message.thread_ts = thread_of(call, channel)
        message.files = [_shown(call.world, file) for file in files]
        conversation.put(call.world, call.team, channel, message)
    return {"files": [_shown(call.world, file) for file in files]}


async def uploaded(world: World, request: web.Request) -> web.Response:
    """The second step: `POST /upload/<file id>` takes the bytes, plain or as a form's file."""
    if fault := world.faults.take(UPLOAD):
        if fault.error != "held":
            return web.Response(status=500, text=fault.error)
        await world.faults.hold()
    file = world.files.get(request.match_info["file"])
    if file is None or file.content is not None:
        return web.Response(status=404, text="file_not_found")
    if request.content_type.startswith("multipart/"):
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        content = parts[0].file.read() if parts else b""
    else:
        content = await request.read()
    if len(content) != file.size:
        return web.Response(status=400, text=f"the length was to be {file.size}, {len(content)} bytes came")
    file.content = content
    return web.Response(text=f"OK - {len(content)}")


def given(world: World, team: Team, person: Person, name: str, content: bytes) -> Json:
    """A file that a person puts into a `file_input`, as the app finds it in `state.values`."""
    file = File(f"F0{world.number():07d}", team.id, name.rpartition("/")[2] or "file", len(content), content)
    world.files[file.id] = file
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return {**_shown(world, file), "mimetype": kind, "user": person.id, "created": int(world.now())}


async def downloaded(world: World, request: web.Request) -> web.Response:
    """`GET /files/<file id>/<name>`: the bytes, as a download."""
    file = world.files.get(request.match_info["file"])
    if file is None or file.content is None:
        raise web.HTTPNotFound
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)


def _uploaded(call: Call, given: object) -> File:
    wanted = given.get("id") if isinstance(given, dict) else None
    file = call.world.files.get(str(wanted))
    if file is None or file.team_id != call.team.id or file.content is None:
        raise Refused("file_not_found")
    if isinstance(given, dict) and given.get("title"):
        file.title = str(given["title"])
    return file


def _shown(world: World, file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.size,
        "filetype": file.name.rpartition(".")[2],
        "url_private": f"{world.base_url}/files/{file.id}/{file.name}",
    }

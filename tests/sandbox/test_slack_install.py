"""Installing by OAuth, tokens that rotate, and files in three steps."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.sandbox.slack.errors import Refused

from .slack_bots import MANIFEST, manifest
from .slack_stage import Stage, stage

BACK = "http://127.0.0.1:9/slack/oauth_redirect"
APP = MANIFEST.replace("oauth_config:\n", f"oauth_config:\n  redirect_urls: [{BACK}]\n")


def authorize(s: Stage, **query: str) -> str:
    """The address a bot sends the browser to."""
    asked = {
        "client_id": s.slack.client_id,
        "scope": "chat:write,commands",
        "redirect_uri": BACK,
        "state": "s1",
    } | query
    return f"{s.slack.url}/oauth/v2/authorize?{urlencode(asked)}"


def allowed(s: Stage, **query: str) -> str:
    """The code that olga's consent gives."""
    address = s.team.allow(authorize(s, **query), s.olga)
    assert address.startswith(BACK)
    answer = parse_qs(urlsplit(address).query)
    assert answer["state"] == ["s1"]
    return answer["code"][0]


def client(s: Stage, **more: str) -> dict[str, str]:
    """The app's id and secret."""
    return {"client_id": s.slack.client_id, "client_secret": s.slack.client_secret, "token": "", **more}


@pytest.mark.refuses("invalid_code", "token_revoked")
async def test_a_code_gives_a_working_token_once() -> None:
    async with stage(app=manifest(APP)) as s:
        old = s.team.bot_token
        code = allowed(s)
        given = await s.form("oauth.v2.access", **client(s, code=code, redirect_uri=BACK))
        assert given["ok"], given
        assert (given["team"]["id"], given["authed_user"]["id"]) == (s.team.id, s.olga.id)
        assert (given["token_type"], given["scope"]) == ("bot", "chat:write,commands")
        assert (await s.api("auth.test", token=given["access_token"]))["ok"]
        assert (await s.api("auth.test", token=old))["error"] == "token_revoked"
        again = await s.form("oauth.v2.access", **client(s, code=code, redirect_uri=BACK))
        assert again["error"] == "invalid_code"


@pytest.mark.refuses("invalid_client_id", "bad_client_secret", "bad_redirect_uri")
async def test_wrong_exchanges_are_refused() -> None:
    async with stage(app=manifest(APP)) as s:
        for wrong, error in (
            ({"client_id": "1.2"}, "invalid_client_id"),
            ({"client_secret": "x"}, "bad_client_secret"),
            ({"code": "made-up"}, "invalid_code"),
            ({"redirect_uri": "http://127.0.0.1:9/else"}, "bad_redirect_uri"),
            ({"grant_type": "password"}, "invalid_grant_type"),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_refresh_token"),
        ):
            asked = client(s, code=allowed(s), redirect_uri=BACK) | wrong
            assert (await s.form("oauth.v2.access", **asked))["error"] == error
        code = allowed(s)
        s.slack.clock.move(minutes=10, seconds=1)
        late = await s.form("oauth.v2.access", **client(s, code=code, redirect_uri=BACK))
        assert late["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"redirect_uri": "http://evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + ".evil.example"}, "bad_redirect_uri"),
    ],
)
async def test_the_consent_page_refuses_wrong_questions(query: dict[str, str], error: str) -> None:
    async with stage(app=manifest(APP)) as s:
        with pytest.raises(Refused, match=error):
            s.team.allow(authorize(s, **query), s.olga)
        async with s.bot.session.get(authorize(s, **query)) as page:
            assert page.status == 400
            assert error in await page.text()


async def test_a_person_can_consent_and_decline_on_the_page() -> None:
    async with stage(app=manifest(APP)) as s:
        async with s.bot.session.get(authorize(s)) as page:
            text = await page.text()
            assert "chat:write" in text
            assert "Olga in acme" in text
        form = {name: values[0] for name, values in parse_qs(urlsplit(authorize(s)).query).items()}
        for answer, part in (("allow", "code="), ("deny", "error=access_denied")):
            data = {**form, "who": f"{s.team.id}/{s.olga.id}", "answer": answer}
            post = s.bot.session.post(f"{s.slack.url}/oauth/v2/authorize", data=data, allow_redirects=False)
            async with post as reply:
                assert reply.status == 303
                assert part in reply.headers["Location"]


async def test_an_org_wide_install_names_no_team() -> None:
    async with stage(app=manifest(APP)) as s:
        address = s.team.allow(authorize(s), s.olga, org_wide=True)
        code = parse_qs(urlsplit(address).query)["code"][0]
        given = await s.form("oauth.v2.access", **client(s, code=code, redirect_uri=BACK))
        assert (given["is_enterprise_install"], given["team"]) == (True, None)
        assert given["enterprise"]["id"]


@pytest.mark.refuses("token_expired", "invalid_refresh_token")
async def test_rotating_tokens_expire_and_are_refreshed_once() -> None:
    async with stage(app=manifest(APP + "  token_rotation_enabled: true\n")) as s:
        first = await s.form("oauth.v2.access", **client(s, code=allowed(s), redirect_uri=BACK))
        assert first["expires_in"] == 43_200
        refresh = client(s, grant_type="refresh_token", refresh_token=first["refresh_token"])
        second = await s.form("oauth.v2.access", **refresh)
        assert second["access_token"] != first["access_token"]
        assert (await s.api("auth.test", token=first["access_token"]))["ok"], "the old one lives until it expires"
        assert (await s.form("oauth.v2.access", **refresh))["error"] == "invalid_refresh_token"
        s.slack.clock.move(seconds=43_200)
        for token in (first["access_token"], second["access_token"]):
            assert (await s.api("auth.test", token=token))["error"] == "token_expired"


@pytest.mark.refuses("token_revoked")
async def test_tokens_can_be_revoked_by_the_app_itself() -> None:
    async with stage() as s:
        assert (await s.form("auth.revoke", test="true"))["revoked"] is False
        assert (await s.form("auth.revoke"))["revoked"] is True
        assert (await s.api("auth.test"))["error"] == "token_revoked"


@pytest.mark.refuses("file_not_found", "not_in_channel")
async def test_a_file_is_uploaded_in_three_steps() -> None:
    async with stage(app=manifest(MANIFEST.replace('"team:read"', '"team:read", "files:write"'))) as s:
        content = b"seq,time\n1,now\n"
        step = await s.form("files.getUploadURLExternal", filename="audit.csv", length=str(len(content)))
        missing = await s.api("files.completeUploadExternal", files=[{"id": step["file_id"]}], channel_id=s.ops.id)
        assert missing["error"] == "file_not_found"
        async with s.bot.session.post(step["upload_url"], data=content[:-1]) as short:
            assert short.status == 400
        async with s.bot.session.post(step["upload_url"], data=content) as reply:
            assert (reply.status, await reply.text()) == (200, f"OK - {len(content)}")
        files = [{"id": step["file_id"], "title": "The log"}]
        refused = await s.api("files.completeUploadExternal", files=files, channel_id=s.general.id)
        assert refused["error"] == "not_in_channel"
        done = await s.api("files.completeUploadExternal", files=files, channel_id=s.ops.id, initial_comment="Here")
        assert done["files"][0]["title"] == "The log"
        assert s.olga.sees("(file The log)")
        assert s.slack.file(step["file_id"]) == content

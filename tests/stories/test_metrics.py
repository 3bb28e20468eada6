"""`GET /metrics`: what whoever watches the bot reads, after people did things."""

import re

import aiohttp
import pytest

from bot.metrics import BUCKETS, METRICS, Counts
from tests.stories.deleting import asks
from tests.world import World

SAMPLE = re.compile(r'([a-z_]+)(\{(?:[a-z_]+="[^"\\\n]*",?)*\})? (-?[0-9.e+-]+)')


async def scraped(world: World) -> dict[str, float]:
    """The samples by name and labels; every line has the form that Prometheus reads."""
    async with aiohttp.ClientSession() as session, session.get(f"{world.bot_url}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = await answer.text()
    assert text.endswith("\n")
    samples = {}
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter|histogram))", line), line
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        assert found[1] + (found[2] or "") not in samples, "each sample once"
        samples[found[1] + (found[2] or "")] = float(found[3])
    for secret in (world.team.id, "web-1", "U0", "C0", "olga", world.team.bot_token, world.vps.token):
        assert secret not in text
    return samples


async def test_what_people_do_is_counted(deleting: World) -> None:
    before = await scraped(deleting)
    assert before["vpsbot_up"] == before["vpsbot_ready"] == 1
    assert before["vpsbot_waiting_requests"] == before['vpsbot_open_operations{state="requested"}'] == 0
    await deleting.olga.says("/vps list", in_=deleting.ops)
    await asks(deleting, deleting.olga, "web-1")
    await deleting.olga.says("/vps reboot web-2", in_=deleting.ops)
    after = await scraped(deleting)
    assert after["vpsbot_waiting_requests"] == after['vpsbot_open_operations{state="requested"}'] == 1
    assert after['vpsbot_open_operations{state="approved"}'] == 1
    assert after["vpsbot_due_notices"] >= 1 and after["vpsbot_undelivered_notices"] == 0
    commands = 'vpsbot_deliveries_total{entrance="command",outcome="acknowledged"}'
    assert after[commands] == before.get(commands, 0) + 3
    await deleting.seconds_pass(30)
    done = await scraped(deleting)
    assert done['vpsbot_open_operations{state="approved"}'] == done["vpsbot_due_notices"] == 0
    assert done['vpsbot_provider_calls_total{method="POST",outcome="ok"}'] == 1
    assert done['vpsbot_slack_calls_total{method="chat.postMessage",outcome="ok"}'] > 0


async def test_acknowledgements_are_a_histogram(world: World) -> None:
    for _ in range(3):
        await world.vera.says("/vps list", in_=world.ops)
    samples = await scraped(world)
    name = "vpsbot_acknowledgement_seconds"
    limits = [*map(str, BUCKETS), "+Inf"]
    buckets = [samples[f'{name}_bucket{{entrance="command",le="{limit}"}}'] for limit in limits]
    assert buckets == sorted(buckets)
    assert buckets[-1] == samples[f'{name}_count{{entrance="command"}}'] >= 3
    assert 0 < samples[f'{name}_sum{{entrance="command"}}'] < 3 * buckets[-1]


async def test_what_waits_and_what_fails_shows(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    world.clock.move(seconds=90)
    assert (await scraped(world))["vpsbot_engine_lag_seconds"] == pytest.approx(90, abs=1)
    world.slack.fail("chat.postMessage", error="fatal_error", times=1)
    world.vps.fault("status", status=500, times=1)
    await world.settle()
    samples = await scraped(world)
    assert samples['vpsbot_slack_calls_total{method="chat.postMessage",outcome="fatal_error"}'] == 1
    assert samples["vpsbot_undelivered_notices"] == 1
    assert [name for name in samples if name.startswith("vpsbot_provider_calls_total") and "ok" not in name]


async def test_without_the_database_it_says_what_is_known(world: World) -> None:
    await world.vera.says("/vps list", in_=world.ops)
    async with world.bot.store.begin("a database that loses its tables") as tx:
        await tx.connection.exec_driver_sql("ALTER TABLE notices RENAME TO lost")
    samples = await scraped(world)
    assert samples["vpsbot_up"] == 0 and "vpsbot_due_notices" not in samples
    assert samples['vpsbot_deliveries_total{entrance="command",outcome="acknowledged"}'] > 0


def test_words_of_others_do_not_fill_the_memory() -> None:
    counts = Counts()
    counts.slack_call("chat.update", '"}\nvpsbot_up 1')
    assert counts.slack == {("chat.update", "other"): 1}
    for number in range(10_000):
        counts.slack_call("chat.update", f"error_{number}")
    assert len(counts.slack) < 300 and counts.slack.total() == 10_001


def test_every_metric_has_a_name_of_the_kind_that_prometheus_asks_for() -> None:
    assert len({each.name for each in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.name.endswith("_total") is (metric.kind == "counter")
        assert not set(metric.labels) & {"workspace", "member", "server"}

"""`/vps requests`: what waits for consent and what is under way, page by page."""

from tests.stories.deleting import asks, decided
from tests.stories.telling import BOTH_WAYS, last
from tests.world import World

pytestmark = BOTH_WAYS


async def test_requests_lists_what_is_open_with_a_way_out(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.olga.says("/vps requests", in_=deleting.olga.direct)
    assert last(deleting.olga).startswith("1 open request")
    await deleting.olga.clicks("Cancel")
    await deleting.seconds_pass(5)
    assert deleting.olga.sees("Withdrawn. web-1 stays as it is.")


async def test_requests_shows_what_is_under_way(deleting: World) -> None:
    deleting.vps.settings.reboot_seconds = None
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.seconds_pass(10)
    await deleting.olga.says("/vps requests", in_=deleting.olga.direct)
    assert "web-1: reboot, rebooting · @olga, 10 s ago" in last(deleting.olga)
    assert "[Cancel]" not in last(deleting.olga)


async def test_forty_requests_are_turned_page_by_page(deleting: World) -> None:
    for number in range(40):
        deleting.has_server(f"job-{number:02}")
    await decided(deleting, also=("reboot job-*",))
    await deleting.seconds_pass(11)
    for number in range(40):
        await deleting.amir.says(f"/vps reboot job-{number:02}", in_=deleting.amir.direct)
    await deleting.settle()
    await deleting.ada.says("/vps access grant @noor viewer job-3*", in_=deleting.ada.direct)
    await deleting.olga.says("/vps requests", in_=deleting.general)
    pages = [last(deleting.olga)]
    for _ in range(2):
        await deleting.olga.clicks("Next")
        await deleting.settle()
        pages.append(last(deleting.olga))
    assert all(f"40 open requests, page {number} of 3" in page for number, page in enumerate(pages, 1))
    assert [sum(f"job-{n:02}:" in page for n in range(40)) for page in pages] == [15, 15, 10], "each on one of them"
    assert "[Next]" not in pages[2]
    await deleting.olga.clicks("Previous")
    await deleting.settle()
    assert last(deleting.olga) == pages[1]
    await deleting.noor.says("/vps requests", in_=deleting.general)
    assert "10 open requests" in last(deleting.noor) and "job-39:" in last(deleting.noor)

"""Ids in buttons and dialogs that were made by hand, or are another workspace's: refused, logged, nothing done."""

from dataclasses import replace

import pytest

from bot.domain.operations import Request
from bot.slack.ids import ActionId, ViewId
from bot.store import operations
from tests.stories.deleting import asks, card_of, decided
from tests.stories.telling import button, changes, forged
from tests.world import World

NOTHING = "01nothing"

VALUES: dict[ActionId, str] = {
    **dict.fromkeys(
        (
            *(ActionId.SHOW, ActionId.POWER_START, ActionId.POWER_STOP, ActionId.POWER_REBOOT, ActionId.POWER_MANY),
            *(ActionId.ACCESS_GRANT, ActionId.ACCESS_GRANT_SHIFT, ActionId.ACCESS_DECLINE),
            *(ActionId.DELETE, ActionId.EDIT, ActionId.REQUEST_APPROVE, ActionId.REQUEST_DENY, ActionId.REQUEST_CLAIM),
            *(ActionId.REQUEST_CANCEL, ActionId.REQUEST_LOOK_AGAIN, ActionId.REQUEST_AGAIN, ActionId.REQUEST_ADOPT),
            *(ActionId.STOP_WATCHING, ActionId.PROPOSAL_AGREE, ActionId.PROPOSAL_DECLINE, ActionId.SCHEDULE_KEEP),
            *(ActionId.SCHEDULE_CANCEL, ActionId.NOTICE_AGAIN, ActionId.CREATE_AGAIN, ActionId.CREATE_CHANGE),
            *(ActionId.EDIT_CHANGE, ActionId.ACCESS_SERVER),
        ),
        NOTHING,
    ),
    ActionId.ACCESS_ASK: "999999",  # the number of an entry in the log
    ActionId.NOTE_KEEP: f"2026-11-23 {NOTHING}",
    ActionId.HISTORY_NEXT: f"{NOTHING} ",
}
"""What carries an id, and one that stands for nothing."""

IN_A_DIALOG = (ActionId.CREATE_PLAN, ActionId.CREATE_SYSTEM, ActionId.CREATE_LOCATION, ActionId.CREATE_BACKUPS)
"""What is chosen in a dialog whose metadata is the id."""

CARRY_NONE = {
    ActionId.LIST_NEXT: "the words of the list and a page",
    ActionId.LIST_PREVIOUS: "the words of the list and a page",
    ActionId.REQUESTS_NEXT: "a page",
    ActionId.REQUESTS_PREVIOUS: "a page",
    ActionId.AUDIT_NEXT: "the words of the question and a place in the log",
    ActionId.AUDIT_PREVIOUS: "the words of the question and a place in the log",
    ActionId.CAN: "the words of the question",
    ActionId.DISCONNECT: "the workspace's own token is meant",
    ActionId.SETTINGS_EDIT: "the workspace's own settings are meant",
}

DIALOGS = (ViewId.DELETE, ViewId.DENY, ViewId.BREAK_GLASS, ViewId.SETTINGS, ViewId.CREATE, ViewId.EDIT)
"""Dialogs whose metadata is an id, or says which settings they showed."""


async def refusals(world: World) -> list[str]:
    """What the log says of ids that were made by hand."""
    return [line for line in await world.log() if "input.refused" in line]


async def tries(world: World, **payload: object) -> list[str]:
    """Ada, who may do everything, sends it: what the log has more. Half an hour later, so that no flood is folded."""
    before = len(await refusals(world))
    await forged(world, world.ada, **payload)
    new = (await refusals(world))[before:]
    await world.minutes_pass(11)
    return new


async def test_a_button_with_an_id_made_by_hand(deleting: World) -> None:
    assert {*VALUES, *IN_A_DIALOG, *CARRY_NONE} == set(ActionId), "every button is tried, or carries no id"
    assert len(VALUES) + len(IN_A_DIALOG) + len(CARRY_NONE) == len(ActionId)
    for action, value in VALUES.items():
        assert len(await tries(deleting, **button(action, value))) == 1, action
    assert changes(deleting) == 0
    deleting.slack.forget_problems()


async def test_a_dialog_whose_metadata_was_altered(deleting: World) -> None:
    for callback in DIALOGS:
        for meta in (NOTHING, "glass C0OPS", ""):
            view = {"type": "modal", "id": "V1", "callback_id": callback, "private_metadata": meta}
            new = await tries(deleting, type="view_submission", view=view | {"state": {"values": {}}})
            assert len(new) == 1, (callback, meta)
    for action in IN_A_DIALOG:
        view = {"type": "modal", "id": "V1", "callback_id": ViewId.CREATE, "private_metadata": "glass C0OPS"}
        chosen = button(action, "1") | {"view": view | {"state": {"values": {}}}, "container": {"type": "view"}}
        assert len(await tries(deleting, **chosen)) == 1, action
    assert changes(deleting) == 0
    deleting.slack.forget_problems()


async def test_a_no_is_about_the_request_whose_dialog_asked_for_it(deleting: World) -> None:
    for name in ("web-1", "web-2"):
        await asks(deleting, deleting.olga, name)
    async with deleting.bot.store.read() as tx:
        ids = await operations.open_names(tx, deleting.team.id)
    await deleting.amir.clicks("Deny", on=card_of(deleting, deleting.amir))
    await deleting.settle()
    assert deleting.amir.dialog
    his = str(deleting.amir.dialog.view.body["private_metadata"])
    before = len(await refusals(deleting))
    await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
    tried = [*((deleting.amir, meta) for meta in (*ids, his[:-4] + "AAA=", "é")), (deleting.vera, his)]
    for person, meta in tried:
        view = {"type": "modal", "id": "V1", "callback_id": ViewId.DENY, "private_metadata": meta}
        await forged(deleting, person, type="view_submission", view=view | {"state": {"values": {}}})
    assert len(await refusals(deleting)) - before == len(tried)
    async with deleting.bot.store.read() as tx:
        assert await operations.open_names(tx, deleting.team.id) == ids, "nothing was denied"
    deleting.slack.forget_problems()


@pytest.mark.parametrize("typed", ["create app-1", "edit web-1", "delete web-1", "break-glass reboot web-1"])
async def test_a_dialog_that_was_opened_for_somebody_else(deleting: World, typed: str) -> None:
    opener = deleting.ada
    await decided(deleting, also=("reboot *",))
    await opener.says(f"/vps {typed}", in_=deleting.ops)
    await deleting.settle()
    assert opener.dialog is not None
    theirs = opener.dialog.view.body
    await deleting.ada.says("/vps access grant @amir admin", in_=deleting.ada.direct)
    before = len(await refusals(deleting))
    view = {key: theirs[key] for key in ("type", "callback_id", "private_metadata")} | {"id": "V1"}
    filled = view | {"state": {"values": {}}}
    await forged(deleting, deleting.amir, type="view_submission", view=filled)
    assert (await refusals(deleting))[before:] == ["U0AMIR input.refused : no such dialog"]
    assert changes(deleting) == 0
    deleting.slack.forget_problems()


async def test_a_real_request_of_another_workspace_is_none_here(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    theirs = await moved_elsewhere(deleting)
    of_requests = (ActionId.REQUEST_APPROVE, ActionId.REQUEST_DENY, ActionId.REQUEST_CANCEL, ActionId.REQUEST_CLAIM)
    of_operations = (ActionId.REQUEST_LOOK_AGAIN, ActionId.REQUEST_AGAIN, ActionId.STOP_WATCHING)
    values = dict.fromkeys(of_requests, theirs.id) | dict.fromkeys(of_operations, theirs.operations[0].id)
    for action, value in values.items():
        assert len(await tries(deleting, **button(action, value))) == 1, action
    view = {"type": "modal", "id": "V1", "callback_id": ViewId.DENY, "private_metadata": theirs.id}
    assert len(await tries(deleting, type="view_submission", view=view | {"state": {"values": {}}})) == 1
    async with deleting.bot.store.read() as tx:
        assert await operations.request(tx, "T0OTHER", theirs.id) == theirs, "nobody there notices"
    assert changes(deleting) == 0 and "@olga asks to delete web-1" in deleting.ada.reads(
        card_of(deleting, deleting.ada)
    )
    deleting.slack.forget_problems()


async def moved_elsewhere(world: World) -> Request:
    """The same request as Olga's, as another workspace has it, under ids of its own."""
    async with world.bot.store.begin("story.elsewhere") as tx:
        [waiting] = await operations.open_on(tx, world.team.id, ["12345"])
        mine = await operations.request(tx, world.team.id, waiting.request)
        assert mine is not None
        theirs = tuple(
            replace(each, id="01elsewhere-op", workspace="T0OTHER", request="01elsewhere") for each in mine.operations
        )
        await operations.add(tx, replace(mine, id="01elsewhere", workspace="T0OTHER", operations=theirs, due_at=None))
        kept = await operations.request(tx, "T0OTHER", "01elsewhere")
    assert kept is not None
    return kept

"""What deliberately wrong clients send: one more than is taken, or what can't stand there."""

from .slack_parts import Block, Make
from .slack_stage import modal, stage


async def takes_so_many_in_a_message(make: Make, most: int, sentence: str) -> None:
    """`most` is posted and shown, one more is `invalid_blocks`."""
    async with stage() as s:
        taken = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=make(most))
        assert taken["ok"], taken
        assert s.olga.screen(s.ops), "what is taken can be shown"
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=make(most + 1))
        assert refused["error"] == "invalid_blocks", sentence


async def refuses_in_a_message(blocks: list[Block], words: str, sentence: str) -> None:
    """They are `invalid_blocks`, with these words."""
    async with stage() as s:
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        assert refused["error"] == "invalid_blocks", sentence
        assert words in " ".join(refused["response_metadata"]["messages"])


async def refuses_in_a_dialog(kind: str, blocks: list[Block]) -> None:
    """A block of this kind stands in no dialog."""
    async with stage() as s:
        refused = await s.api("views.open", trigger_id=s.trigger(), view=modal(*blocks))
        assert refused["error"] == "invalid_arguments"
        assert f"unsupported type: {kind}" in refused["response_metadata"]["messages"][0]

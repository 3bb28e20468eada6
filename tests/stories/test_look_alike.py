"""Servers whose names are easily taken for one another: whoever asks and whoever agrees sees which one is meant."""

from tests.stories.deleting import WHY, card_of
from tests.world import World


async def test_one_whose_letters_are_of_another_script_is_shown_as_such_to_both(deleting: World) -> None:
    deleting.has_server("с\u043e\u0440-1")  # Cyrillic from end to end
    deleting.has_server("cop-1")
    await deleting.seconds_pass(11)
    await deleting.olga.says("/vps delete с\u043e\u0440-1", in_=deleting.ops)
    await deleting.settle()
    dialog = deleting.olga.dialog
    assert dialog and "‹CYRILLIC› сор-1" in dialog.text and "Nearly the same name: cop-1." in dialog.text
    await deleting.olga.fills("Type the server's name to confirm", "сор-1")
    await deleting.olga.fills("Reason", WHY)
    assert await deleting.olga.submits() == {}
    await deleting.settle()
    card = deleting.amir.reads(card_of(deleting, deleting.amir))
    assert card.count("‹CYRILLIC› сор-1") >= 2, card  # in the title and below it
    assert "Nearly the same name: cop-1. Make sure that this is the one." in card


async def test_among_several_each_line_says_what_it_costs_and_which_names_are_like_it(deleting: World) -> None:
    for name in ("web-l", "web\u2010\uff12"):
        deleting.has_server(name)
    await deleting.seconds_pass(11)
    await deleting.olga.says("/vps delete web-1 web-2", in_=deleting.ops)
    await deleting.settle()
    dialog = deleting.olga.dialog
    hidden = "web‹U+2010 HYPHEN›‹U+FF12 FULLWIDTH DIGIT TWO›"
    assert dialog is not None
    for words in ("a month", "old", "nearly the same name: web-l", f"nearly the same name: {hidden}"):
        assert words in dialog.text, dialog.text
    assert "name: web-2" not in dialog.text, "a number apart is how servers are named"
    await deleting.olga.fills("Type how many servers this deletes", "2")
    await deleting.olga.fills("Reason", WHY)
    assert await deleting.olga.submits() == {}
    await deleting.settle()
    card = deleting.amir.reads(card_of(deleting, deleting.amir))
    for words in ("since ", "nearly the same name: web-l", f"nearly the same name: {hidden}"):
        assert words in card, card

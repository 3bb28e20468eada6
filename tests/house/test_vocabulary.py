"""Everything that has a name has what belongs to it: a handler, help, words, a story."""

import inspect
import re

import pytest

from bot import auditing, contents
from bot.domain.audit import GENESIS, Action, Draft, chain
from bot.domain.grammar import Line, parse
from bot.domain.notices import CARRY_FILES, NoticeKind
from bot.domain.operations import CATALOG, POWER, Kind, Operation, Outcome, Request, State
from bot.domain.roles import ON_SERVERS, Because, Decision, Permission, Role
from bot.domain.verifying import Flaw
from bot.features.access import explaining
from bot.features.access.explaining_views import WITH_IT, explained
from bot.features.access.views import DOES
from bot.features.audit import views as audit_views
from bot.features.notices import views as notices_views
from bot.features.words import POWER_ACTION
from bot.operations.telling import Facts
from bot.routing import Command
from bot.slack import blocks
from bot.slack.forms import HELD
from bot.slack.ids import ActionId, ViewId
from bot.slack.incoming import Entrance
from tests.house.nasty import NOW, notices, operations
from tests.house.project import ROOT, router

# Commands that everybody may type: what they answer depends on who asks.
FOR_EVERYBODY = {"help", "can"}

# Dialogs that only show something: there is nothing to submit.
ONLY_SHOWN = {
    ViewId.CONNECT_RESULT,
    ViewId.DELETE_LOADING,
    ViewId.DELETE_RESULT,
    ViewId.SETTINGS_RESULT,
    ViewId.BREAK_GLASS_RESULT,
    ViewId.CREATE_LOADING,
    ViewId.CREATE_RESULT,
    ViewId.EDIT_LOADING,
    ViewId.EDIT_RESULT,
}

COMMANDS = list(router().commands.values())
STORIES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "stories").glob("*.py")))


def test_every_button_has_one_handler() -> None:
    assert router().ids(Entrance.ACTION) == set(ActionId), "Router.include refuses a second one"


def test_every_dialog_that_can_be_submitted_has_one_handler() -> None:
    assert router().ids(Entrance.VIEW) == set(ViewId) - ONLY_SHOWN


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_a_command_explains_itself(command: Command) -> None:
    assert command.usage.split()[0] == command.word
    assert re.fullmatch(r"[A-Z].*\.", command.summary), "one sentence, from the handler's docstring"
    assert (command.needs is None) is (command.word in FOR_EVERYBODY)
    assert command.examples, "people learn from examples"
    for example in command.examples:
        line = parse(example)
        assert isinstance(line, Line)
        assert line.command == command.word


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_a_command_has_a_story(command: Command) -> None:
    assert f"/vps {command.word}" in STORIES


def test_a_command_that_acts_on_servers_can_be_asked_about() -> None:
    on_one_server = {each.word for each in COMMANDS if each.needs in ON_SERVERS and each.word != "history"}
    of_many = {"requests", "break-glass", "at", "schedule", "watch", "unwatch", "status"}
    assert set(explaining.ACTIONS) - {"approve"} == on_one_server - of_many


def test_every_permission_is_said_in_words() -> None:
    assert set(DOES) == set(Permission)
    assert set(WITH_IT) == ON_SERVERS - {Permission.SERVER_CREATE}, "what can be done with a server that there is"


@pytest.mark.parametrize("because", [because for because in Because if because is not Because.GRANTED])
def test_every_reason_is_said_in_words(because: Because) -> None:
    decision = Decision(False, because, Permission.SERVER_POWER, Role.OPERATOR)
    text = explained(decision, "U0OLGA", "reboot", "web-1", (), NOW).text
    assert re.search(r"may not reboot \*web-1\*: \w+ ", text)


@pytest.mark.parametrize("action", Action)
def test_every_action_of_the_log_is_a_sentence(action: Action) -> None:
    draft = Draft(action, "U0OLGA", "web-1", detail={"kind": "reboot", "role": "viewer"})
    entry = chain(draft, workspace="T1", seq=1, previous=GENESIS, time=NOW)
    [_, section, *_] = audit_views.page([entry], Line(), newer=False, older=False).blocks
    assert action not in section["text"]["text"], "else it has no words of its own"


def test_every_kind_of_change_has_a_row_a_button_and_words() -> None:
    assert set(CATALOG) == set(Kind)
    assert set(POWER_ACTION) == set(POWER)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_told_in_its_own_words(outcome: Outcome, kind: Kind) -> None:
    state = State.SUCCEEDED if outcome is Outcome.DONE else State.FAILED
    operation = next(each for each in operations() if (each.kind, each.state, each.outcome) == (kind, state, outcome))
    told = contents.NOTICES[NoticeKind.OUTCOME](A_NOTICE, Facts(_request(operation)), NOW)
    one_of_two = contents.NOTICES[NoticeKind.CARD](A_NOTICE, Facts(_request(operation, operation)), NOW)
    assert told is not None
    assert one_of_two is not None
    assert told.text.startswith("<@U0OLGA> *web-1*")
    if outcome is not Outcome.LOST:
        assert "no answer came" not in told.text, "the words for what is not known are for nothing else"


@pytest.mark.parametrize("kind", Kind)
def test_no_end_is_told_with_a_word_that_is_missing(kind: Kind) -> None:
    ends = [each for each in operations() if each.kind is kind and each.ended and each.server_name == "web-1"]
    assert {(each.state, each.outcome) for each in ends} >= {
        (State.FAILED, outcome) for outcome in Outcome if outcome is not Outcome.DONE
    }
    for each in ends:
        for place in (NoticeKind.OUTCOME, NoticeKind.CARD):
            told = contents.NOTICES[place](A_NOTICE, Facts(_request(each)), NOW)
            assert told is None or not re.search(r"\bNone\b", told.text), (each.state, each.outcome)


A_NOTICE = notices()[0]


def _request(*of: Operation) -> Request:
    return Request("req", "T1", "U0OLGA", of[0].kind, "C0OPS", NOW, of)


def test_every_promised_message_has_its_words() -> None:
    assert set(contents.NOTICES) == set(NoticeKind)
    assert set(contents.FILES) == CARRY_FILES
    assert set(notices_views.ABOUT) == set(NoticeKind), "what it is about, where it did not arrive"


def test_every_flaw_of_a_log_is_said_in_words() -> None:
    assert set(auditing._WORDS) == set(Flaw)


def test_every_kind_of_input_is_shown_again_as_it_was_filled() -> None:
    inputs = {
        blocks.text_input: blocks.text_input("b", "Name", initial="web-1"),
        blocks.channel_input: blocks.channel_input("b", "Where", initial="C0OPS"),
        blocks.person_input: blocks.person_input("b", "Whose", initial="U0ADA"),
        blocks.choice_input: blocks.choice_input("b", "Which", [("a", "A")], initial="a"),
    }
    makers = {each for name, each in inspect.getmembers(blocks, inspect.isfunction) if name.endswith("_input")}
    assert inputs.keys() == makers - {blocks._input}, "every maker of inputs stands here"
    assert {made["element"]["type"] for made in inputs.values()} == HELD.keys()
    for made in inputs.values():
        _, shown_as = HELD[made["element"]["type"]]
        assert shown_as in made["element"]

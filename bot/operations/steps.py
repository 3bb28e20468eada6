"""What a failed call of the provider means for an operation: a table from the provider's trouble to the next step."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.field_words import as_kept
from bot.domain.judging import GIVE_UP_AFTER, SLOWEST_LOOK, UNREACHABLE_FOR, next_look
from bot.domain.operations import UPDATES, Kind, Operation, Outcome, State, Step
from bot.operations.parts import Parts
from bot.vps.errors import ProviderError, Trouble
from bot.workspaces.directory import NotConnected
from bot.workspaces.resting import LONGEST_REST

Failure = NotConnected | ProviderError

# The provider said no, and said so before doing anything.
_FINAL: Mapping[Trouble, Outcome] = {
    Trouble.UNAUTHORIZED: Outcome.TOKEN_REFUSED,
    Trouble.FORBIDDEN: Outcome.TOKEN_REFUSED,
    Trouble.NOT_FOUND: Outcome.GONE,
    Trouble.NO_CREDIT: Outcome.NO_CREDIT,
    Trouble.REFUSED: Outcome.REFUSED,
}


def before_call_error(operation: Operation, error: Failure, parts: Parts) -> Step:
    """The server could not be read before the call: nothing was sent, so trying again does no harm."""
    if isinstance(error, NotConnected):
        return Step(State.FAILED, Outcome.NOT_CONNECTED)
    if _is_gone_by_us(operation, error):
        return Step(State.SETTLING, again_in=timedelta())
    if error.trouble in _FINAL:
        return Step(State.FAILED, _FINAL[error.trouble], words=words_of(error))
    return _again_or_give_up(operation, error, parts)


def after_call_error(operation: Operation, error: ProviderError, parts: Parts) -> Step:
    """The call itself failed. Only what certainly had no effect may be sent again."""
    if error.may_have_happened:
        return Step(State.CALLING, Outcome.LOST, words=words_of(error), again_in=parts.poll)
    if error.trouble is Trouble.REFUSED and operation.stop_first:
        # It may not be running any more, or be locked for the moment: its own page tells.
        return Step(State.APPROVED, Outcome.REFUSED, words=words_of(error), again_in=parts.poll)
    echo = operation.calls > 1 and operation.spec.harmless_twice and operation.kind not in UPDATES
    if error.trouble is Trouble.REFUSED and echo:
        # "Already running" to a repeated start may be the echo of the first one: read before judging.
        return Step(State.CALLING, Outcome.LOST, words=words_of(error), again_in=timedelta())
    if _is_gone_by_us(operation, error):
        return Step(State.SETTLING, again_in=timedelta())
    if error.trouble in _FINAL:
        return Step(State.FAILED, _FINAL[error.trouble], words=words_of(error))
    return _again_or_give_up(operation, error, parts)


def words_of(error: ProviderError) -> str:
    """The provider's own words, a line for each field that it says something to; else why nothing was sent."""
    why = error.note if error.trouble is Trouble.REFUSED else ""
    return (as_kept(error.words, error.fields) or why)[:600]


def _is_gone_by_us(operation: Operation, error: ProviderError) -> bool:
    """After our own DELETE "not found" is what was wanted; the list has to agree before it is told."""
    return operation.called_kind is Kind.DELETE and operation.calls > 0 and error.trouble is Trouble.NOT_FOUND


def unreadable_now(operation: Operation, error: Failure, parts: Parts) -> Step:
    """A look failed: the operation stays where it is and is looked at again, until that has no sense any more."""
    if isinstance(error, NotConnected):
        return Step(State.UNKNOWN, Outcome.DISCONNECTED)
    since = operation.called_at or operation.requested_at
    if parts.clock() - since >= GIVE_UP_AFTER:
        return Step(State.UNKNOWN, Outcome.NEVER_SETTLED)
    return Step(operation.state, operation.outcome, words=words_of(error), again_in=_pause(operation, error, parts))


def people_unread(operation: Operation, parts: Parts) -> Step:
    """Slack couldn't say whether who asked, or who agreed, still may: nothing was sent, so it is put off for a while.

    Consent that can't be confirmed in time is void: who gave it is told, too.
    """
    if _is_over(operation, parts):
        return Step(State.VOID, Outcome.UNREAD)
    return Step(State.APPROVED, Outcome.UNREAD, again_in=next_look(operation.looks + 2, parts.poll))


def _again_or_give_up(operation: Operation, error: ProviderError, parts: Parts) -> Step:
    limited = error.trouble is Trouble.RATE_LIMITED
    outcome = Outcome.RATE_LIMITED if limited else Outcome.UNREACHABLE
    if _is_over(operation, parts):
        return Step(State.FAILED, outcome, words=words_of(error))
    return Step(State.APPROVED, outcome, words=words_of(error), again_in=_pause(operation, error, parts))


def _is_over(operation: Operation, parts: Parts) -> bool:
    """Whether what should be done now was tried for long enough."""
    return parts.clock() - operation.wanted_since >= UNREACHABLE_FOR


def _pause(operation: Operation, error: ProviderError, parts: Parts) -> timedelta:
    """`Retry-After` when the provider said so, as slow as can be after "too many calls", else slower with each look."""
    if error.retry_after is not None:
        return max(parts.poll, min(timedelta(seconds=error.retry_after), LONGEST_REST))
    if error.trouble is Trouble.RATE_LIMITED:
        return SLOWEST_LOOK
    return min(next_look(operation.looks + 2, parts.poll), SLOWEST_LOOK)

"""The one error of the provider client: what kind of trouble, in whose words, and whether it may have happened."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Trouble(StrEnum):
    """What went wrong with a call, as far as the caller has to decide differently."""

    UNAUTHORIZED = "unauthorized"
    """401: the token is wrong, revoked or not one."""
    FORBIDDEN = "forbidden"
    """403: the token lacks a permission."""
    NOT_FOUND = "not_found"
    """404, 410: the account has no such server."""
    REFUSED = "refused"
    """400 and every other 4xx: the provider understood and said no."""
    NO_CREDIT = "no_credit"
    """402: the account's credits don't pay for it."""
    RATE_LIMITED = "rate_limited"
    """429: too many calls; `retry_after` says when again, if the provider did."""
    UNAVAILABLE = "unavailable"
    """5xx: the provider failed, maybe after doing the work."""
    UNREADABLE = "unreadable"
    """An answer came that makes no sense: HTML, cut, of another shape, too large, a redirect."""
    UNREACHABLE = "unreachable"
    """The request never left: no address, connection refused, connect timeout, TLS."""
    LOST = "lost"
    """Sent, or maybe sent, and no whole answer came: closed, reset, total timeout."""


_UNCERTAIN = frozenset({Trouble.LOST, Trouble.UNAVAILABLE, Trouble.UNREADABLE})
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class ProviderError(Exception):
    """A call of the provider that did not give what was asked for. Contains no token, ever.

    trouble         what kind of failure it was
    status          the HTTP status, None when no answer came
    words           the provider's own words: one line, at most 300 characters, NOT escaped; "" when it said none
    fields          its words for single fields of a refused draft (400), treated alike
    correlation_id  what went out as `X-Request-ID`, to find the call in both logs
    retry_after     seconds the provider asked to wait, None when it didn't
    note            our own words, such as which field an answer lacked or why nothing was sent; may be shown
    """

    def __init__(
        self,
        trouble: Trouble,
        *,
        status: int | None = None,
        words: str = "",
        fields: Mapping[str, str] = _NO_FIELDS,
        correlation_id: str = "",
        retry_after: float | None = None,
        note: str = "",
    ) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.status = status
        self.words = words
        self.fields = fields
        self.correlation_id = correlation_id
        self.retry_after = retry_after
        self.note = note

    @property
    def may_have_happened(self) -> bool:
        """For a changing call: whether the provider may have done it nevertheless."""
        return self.trouble in _UNCERTAIN

    def __str__(self) -> str:
        said = (
            self.trouble.value,
            f"status {self.status}" if self.status is not None else "",
            self.note,
            f'"{self.words}"' if self.words else "",
            "; ".join(f"{name}: {words}" for name, words in self.fields.items()),
            f"id {self.correlation_id}" if self.correlation_id else "",
        )
        return ", ".join(part for part in said if part)

    def __repr__(self) -> str:
        return f"ProviderError({self})"


def unreadable(note: str, *, status: int | None = None) -> ProviderError:
    """An answer came that can't be understood; `note` says, in our words, why."""
    return ProviderError(Trouble.UNREADABLE, status=status, note=note)

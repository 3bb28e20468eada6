"""Which addresses a token may go to: the configured one, and nothing beside it."""

import ipaddress
import re
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from bot.vps.errors import ProviderError, Trouble, unreadable

_PORTS = {"https": 443, "http": 80}


def checked_base(url: str) -> str:
    """The base URL without its last slash. Raises ValueError with a sentence: https is needed off the loopback."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("The provider's address is not a URL.") from None
    if parts.scheme not in _PORTS or not host or not _is_plain(url.strip()):
        raise ValueError("The provider's address must look like https://admin.vps.org/api/v1.")
    if parts.username is not None or parts.password is not None:
        raise ValueError("The provider's address must not contain a user name or password.")
    if parts.query or parts.fragment:
        raise ValueError("The provider's address must end with its path, such as /api/v1.")
    if parts.scheme != "https" and not _is_loopback(host):
        raise ValueError(
            f"The provider's address must start with https:// (http is for this machine only, not {host})."
        )
    return url.strip().rstrip("/")


def address_of(base: str, path: str, query: tuple[tuple[str, str], ...] = ()) -> str:
    """The URL of `path` ("/servers/") under the base, with its query."""
    return f"{base}{path}?{urlencode(query)}" if query else f"{base}{path}"


def segment(value: str) -> str:
    """An id as one path segment, quoted so that it can't become two. Raises REFUSED for one that can't be an id."""
    # "." and ".." stay what they are when quoted, and every proxy resolves them.
    if not value.strip(".") or not value.isprintable():
        raise ProviderError(Trouble.REFUSED, note="not an id")
    return quote(value, safe="")


def next_address(base: str, current: str, link: object) -> str | None:
    """The address of the next page, None at the end.

    Raises UNREADABLE unless it is on the base's own scheme, host and port, and under its path.
    """
    if link is None or link == "" or link is False:
        return None
    if not isinstance(link, str) or not _is_plain(link):
        raise unreadable("next is not a link")
    try:
        target = urljoin(current, link)
        inside = _origin(target) == _origin(base) and _is_under(urlsplit(target).path, urlsplit(base).path)
    except ValueError:
        inside = False
    if not inside:
        raise unreadable("next leads away from the provider's address")
    return target.partition("#")[0]


def _is_plain(url: str) -> bool:
    """No blanks, control characters or backslashes, about which parsers disagree."""
    return len(url) <= 4000 and url.isascii() and not re.search(r"[\x00-\x20\x7f\\]", url)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("no user names in links")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _is_under(path: str, base_path: str) -> bool:
    """Whether it stays below the base however often somebody on the way unquotes it."""
    for _ in range(4):
        if any(part in {".", ".."} for part in re.split(r"[/\\]", path)):
            return False
        path, before = unquote(path), path
        if path == before:
            return path.startswith(f"{base_path.rstrip('/')}/")
    return False

"""How protection is told."""

from collections.abc import Sequence

from bot.domain.servers import Server
from bot.features.words import bold, name
from bot.sentences import counted, listed, said
from bot.slack.blocks import Message, code, cut

SHOWN = 15


def protected(servers: Sequence[Server], already: Sequence[Server]) -> Message:
    """These can't be deleted from Slack any more."""
    again = f" Protected already: {_names(already)}." if already else ""
    if not servers:
        return said(f"Nothing was changed.{again}")
    return said(
        f"{_names(servers)}: protected. Nobody can delete {'it' if len(servers) == 1 else 'them'} from here, also "
        f"under another name, until an admin lifts it with `/vps unprotect`.{again}"
    )


def pattern_protected(glob: str, pins: int) -> Message:
    """What fits a pattern can't be deleted from Slack any more."""
    now = (
        f"That is {counted(pins, 'server')} now; a rename doesn't take the protection away."
        if pins
        else "No server that I can see fits it now."
    )
    return said(
        f"Protected: what fits {code(cut(glob, 100))} can't be deleted from here until an admin lifts it. {now}"
    )


def pattern_already(glob: str) -> Message:
    """Nothing to do."""
    return said(f"{code(cut(glob, 100))} is protected already. Nothing was changed.")


def too_many_patterns(most: int) -> Message:
    """The settings hold so many."""
    return said(f"There are {most} protected patterns already. Nothing was changed: lift one first.")


def one_pattern() -> Message:
    """A pattern among other words."""
    return said(
        "One pattern at a time, or servers by name or id: `/vps protect web-server-01 db-server-01`, "
        "`/vps protect prod-*`. Nothing was changed."
    )


def lifted(label: str, still: Sequence[str]) -> Message:
    """The protection is gone; `still`: the patterns that keep the server all the same."""
    if still:
        return said(f"The protection of {bold(label)} itself is lifted. {_through(still)}")
    return said(f"The protection of {bold(label)} is lifted: it can be deleted from here again.")


def pattern_lifted(glob: str) -> Message:
    """A pattern is gone."""
    return said(
        f"{code(cut(glob, 100))} is not protected any more, and neither are the servers that it covered, but for those "
        "that are protected in another way, too."
    )


def through_pattern(label: str, globs: Sequence[str]) -> Message:
    """It isn't protected by itself."""
    return said(f"{bold(label)} is not protected by itself. Nothing was changed. {_through(globs)}")


def not_protected(typed: str) -> Message:
    """Nothing of that name is."""
    return said(
        f"Nothing protected is called {code(cut(typed, 60))}. Nothing was changed. `/vps settings` lists what is."
    )


def which(form: str) -> Message:
    """The command's form."""
    return said(f"Which server? Type its name or id, or a pattern: `/vps {form} web-server-01`, `/vps {form} prod-*`.")


def same_name(typed: str, ids: Sequence[str]) -> Message:
    """Two protected servers of one name."""
    one = code(f"/vps unprotect {ids[0] if ids else 'ID'}")
    return said(
        f"{len(ids)} protected servers are called {code(cut(typed, 60))}. Nothing was changed. Say which one by its "
        f"id, for example {one}."
    )


def _through(globs: Sequence[str]) -> str:
    commands = listed([code(f"/vps unprotect {cut(each, 100)}") for each in globs[:5]])
    if len(globs) == 1:
        return f"A pattern protects it: lift that with {commands}"
    return f"{len(globs)} patterns protect it: lift each of them, with {commands}"


def _names(servers: Sequence[Server]) -> str:
    more = f" and {len(servers) - SHOWN} more" if len(servers) > SHOWN else ""
    return ", ".join(name(each) for each in servers[:SHOWN]) + more

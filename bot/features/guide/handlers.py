"""Bare `/vps` and `/vps help`: what this person may do; the rest is named as needing a role."""

from bot.domain.roles import decide
from bot.domain.selectors import nearest_word
from bot.features.guide import views
from bot.features.words import typed
from bot.routing import Ask, Command, Group, Reply, Router
from bot.sentences import unknown_command

router = Router()


@router.command("help", "help [COMMAND]", needs=None, group=Group.SET_UP, words=1, examples=("help", "help list"))
async def guide(ask: Ask) -> Reply:
    """See what you can do here, or how one command works."""
    wanted = [word.lower().removeprefix("/vps").strip() for word in typed(ask.line.rest.words)]
    if not wanted:
        able = [command for command in ask.commands if _may(ask, command)]
        return Reply(views.overview(able, [command for command in ask.commands if command not in able]))
    known = {command.word: command for command in ask.commands}
    if wanted[0] not in known:
        return Reply(unknown_command(wanted[0], nearest_word(wanted[0], list(known))))
    return Reply(views.one(known[wanted[0]], may=_may(ask, known[wanted[0]])))


def _may(ask: Ask, command: Command) -> bool:
    if command.needs is None:
        return True
    return decide(ask.snapshot.grants, ask.member, command.needs, names=None, now=ask.now).allowed

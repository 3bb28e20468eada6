"""The table of contents: what people can do (FEATURES), what they are told (NOTICES), what they are sent (FILES)."""

from datetime import datetime

from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import Kind
from bot.features.access import asking_views
from bot.features.access import handlers as access
from bot.features.access import views as access_views
from bot.features.approvals import card_views, watching_views
from bot.features.approvals import handlers as approvals
from bot.features.audit import handlers as audit
from bot.features.audit import views as audit_views
from bot.features.connect import handlers as connect
from bot.features.create import handlers as create
from bot.features.delete import handlers as delete
from bot.features.edit import handlers as edit
from bot.features.freeze import handlers as freeze
from bot.features.freeze import views as freeze_views
from bot.features.glass import handlers as glass
from bot.features.guide import handlers as guide
from bot.features.members import handlers as members
from bot.features.notes import handlers as notes
from bot.features.notes import views as notes_views
from bot.features.notices import handlers as notices
from bot.features.power import handlers as power
from bot.features.power import views as power_views
from bot.features.proposals import handlers as proposals
from bot.features.proposals import views as proposals_views
from bot.features.protection import handlers as protection
from bot.features.schedules import handlers as schedules
from bot.features.schedules import views as schedules_views
from bot.features.servers import handlers as servers
from bot.features.settings import handlers as settings
from bot.features.settings import views as settings_views
from bot.features.watch import handlers as watch
from bot.features.watch import standing_views
from bot.features.watch import views as watch_views
from bot.operations.files import MakeFile, exported_log
from bot.operations.telling import Facts, Render
from bot.routing import Router
from bot.slack.blocks import Message

FEATURES = (
    guide.router,
    servers.router,
    power.router,
    create.router,
    edit.router,
    delete.router,
    approvals.router,
    glass.router,
    freeze.router,
    protection.router,
    schedules.router,
    access.router,
    connect.router,
    settings.router,
    proposals.router,
    audit.router,
    members.router,
    notices.router,
    notes.router,
    watch.router,
)


def _by_consent(without: Render, with_consent: Render) -> Render:
    """One message of a request, worded by whether others have a word in it."""

    def render(notice: Notice, facts: Facts, now: datetime) -> Message | None:
        request = facts.request
        consented = request and (request.needed or request.broke_glass or request.kind is Kind.DELETE)
        return (with_consent if consented else without)(notice, facts, now)

    return render


NOTICES: dict[NoticeKind, Render] = {
    NoticeKind.CARD: _by_consent(power_views.card, card_views.card),
    NoticeKind.OUTCOME: _by_consent(power_views.outcome, card_views.outcome),
    NoticeKind.GLASS: card_views.alarm,
    NoticeKind.OVERDUE: power_views.overdue,
    NoticeKind.APPEARED: watching_views.appeared,
    NoticeKind.REMINDER: card_views.reminder,
    NoticeKind.SETTINGS: settings_views.told,
    NoticeKind.FREEZE: freeze_views.told,
    NoticeKind.PROPOSAL: proposals_views.card,
    NoticeKind.PROPOSAL_ENDED: proposals_views.ended,
    NoticeKind.CHANNEL_LOST: settings_views.channel_lost,
    NoticeKind.ROLE: access_views.told,
    NoticeKind.ROLE_TAKEN: access_views.taken,
    NoticeKind.ROLE_ENDS: access_views.ends_soon,
    NoticeKind.ACCESS_ASKED: asking_views.card,
    NoticeKind.ACCESS_ANSWERED: asking_views.answered,
    NoticeKind.EXPORT: audit_views.exported,
    NoticeKind.SCHEDULE_RAN: schedules_views.ran,
    NoticeKind.SCHEDULE_SKIPPED: schedules_views.skipped,
    NoticeKind.SCHEDULE_CANCELLED: schedules_views.cancelled,
    NoticeKind.FLEET: watch_views.found,
    NoticeKind.DIGEST: standing_views.daily,
    NoticeKind.NOTE_DUE: notes_views.due,
}
"""The words of each promised message, made when it is sent."""

FILES: dict[NoticeKind, MakeFile] = {NoticeKind.EXPORT: exported_log}
"""The messages that are files, and what makes each."""


def router() -> Router:
    """All features as one router."""
    everything = Router()
    for feature in FEATURES:
        everything.include(feature)
    return everything

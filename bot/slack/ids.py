"""Every id that Slack gives back to us, typed once. A button carries one and the id of a row, nothing more."""

from enum import StrEnum


class ActionId(StrEnum):
    """What was pressed or chosen."""

    LIST_NEXT = "servers.next"
    LIST_PREVIOUS = "servers.previous"
    SHOW = "servers.show"
    POWER_START = "power.start"
    POWER_STOP = "power.stop"
    POWER_REBOOT = "power.reboot"
    POWER_MANY = "power.many"
    DISCONNECT = "connect.disconnect"
    AUDIT_NEXT = "audit.next"
    AUDIT_PREVIOUS = "audit.previous"
    ACCESS_ASK = "access.ask"
    ACCESS_GRANT = "access.grant"
    ACCESS_GRANT_SHIFT = "access.grant_shift"
    ACCESS_DECLINE = "access.decline"
    HISTORY_NEXT = "history.next"
    DELETE = "delete.ask"
    REQUEST_APPROVE = "request.approve"
    REQUEST_DENY = "request.deny"
    REQUEST_CLAIM = "request.claim"
    REQUEST_CANCEL = "request.cancel"
    REQUEST_LOOK_AGAIN = "request.look_again"
    SETTINGS_EDIT = "settings.edit"
    PROPOSAL_AGREE = "proposal.agree"
    PROPOSAL_DECLINE = "proposal.decline"
    SCHEDULE_KEEP = "schedule.keep"
    SCHEDULE_CANCEL = "schedule.cancel"
    NOTICE_AGAIN = "notices.again"
    NOTE_KEEP = "notes.keep"


class ViewId(StrEnum):
    """Which dialog was submitted."""

    CONNECT = "connect.token"
    CONNECT_RESULT = "connect.result"
    DELETE = "delete.confirm"
    DELETE_LOADING = "delete.loading"
    DELETE_RESULT = "delete.result"
    DENY = "request.deny_reason"
    BREAK_GLASS = "glass.break"
    BREAK_GLASS_RESULT = "glass.result"
    SETTINGS = "settings.edit"
    SETTINGS_RESULT = "settings.result"


class BlockId(StrEnum):
    """Which input of a dialog."""

    TOKEN = "token"
    NAME = "name"
    REASON = "reason"
    CHANNEL = "channel"
    APPROVALS = "approvals"
    LIFETIME = "lifetime"
    REMINDER = "reminder"
    NOTIFICATIONS = "notifications"
    UNDO = "undo"
    STOP_FIRST = "stop_first"
    ALSO = "also"
    PROTECTED = "protected"
    HOURLY = "hourly"
    DAILY = "daily"


INPUT = "value"
"""The action id of the one element in an input block."""

"""What a person does with each element of a message, and what the bot is sent then."""

from playwright.sync_api import Locator

from tests.browser.kinds import (
    Json,
    element,
    option,
    options,
    plain,
)
from tests.browser.looks import Look


def press(name: str) -> Look:
    """Presses a button."""
    return lambda message: message.get_by_role("button", name=name, exact=True).click()


def menu(name: str) -> Look:
    """Opens the overflow menu and chooses there."""

    def act(message: Locator) -> None:
        message.get_by_role("button", name="More options").click()
        message.page.get_by_role("menuitem", name=name).click()

    return act


def choose(*names: str, typed: str = "") -> Look:
    """Opens the select, searches if something is typed, chooses, and closes the list."""

    def act(message: Locator) -> None:
        box = message.get_by_role("combobox")
        box.click()
        if typed:
            box.fill(typed)
        for name in names:
            message.page.get_by_role("option", name=name).click()
        if box.get_attribute("aria-expanded") == "true":  # several can be chosen
            box.press("Escape")

    return act


def pick(name: str) -> Look:
    """Ticks a box or a radio button."""
    return lambda message: message.get_by_label(name, exact=True).check()


def enter(*values: str) -> Look:
    """Fills the pickers."""

    def act(message: Locator) -> None:
        for n, value in enumerate(values):
            message.locator("input").nth(n).fill(value)
        message.locator("input").last.blur()

    return act


MENU = {"placeholder": plain("Choose one")}

ACTS: dict[str, tuple[Json, Look, Json]] = {
    "button": (element("button", text=plain("Go"), value="v", style="primary"), press("Go"), {"value": "v"}),
    "overflow": (
        element("overflow", options=options("Stop", "Start")),
        menu("Start"),
        {"selected_option": option("Start")},
    ),
    "static_select": (
        element("static_select", options=options("Small", "Large"), **MENU),
        choose("Large", typed="lar"),
        {"selected_option": option("Large")},
    ),
    "grouped select": (
        element("static_select", option_groups=[{"label": plain("Europe"), "options": options("Falkenstein")}], **MENU),
        choose("Falkenstein"),
        {"selected_option": option("Falkenstein")},
    ),
    "multi_static_select": (
        element("multi_static_select", options=options("A", "B", "C"), **MENU),
        choose("B"),
        {"selected_options": options("B")},
    ),
    "external_select": (
        element("external_select", min_query_length=2, **MENU),
        choose("Far away", typed="fa"),
        {"selected_option": option("Far away")},
    ),
    "multi_external_select": (
        element("multi_external_select", min_query_length=2, **MENU),
        choose("Far away", typed="fa"),
        {"selected_options": options("Far away")},
    ),
    "users_select": (
        element("users_select", **MENU),
        choose("Amir Approver", typed="amir"),
        {"selected_user": "U0AMIR"},
    ),
    "channels_select": (element("channels_select", **MENU), choose("#general"), {"selected_channel": "C0GENERAL"}),
    "conversations_select": (
        element("conversations_select", filter={"include": ["public"]}, **MENU),
        choose("#ops"),
        {"selected_conversation": "C0OPS"},
    ),
    "multi_users_select": (element("multi_users_select", **MENU), choose("Olga"), {"selected_users": ["U0OLGA"]}),
    "multi_channels_select": (
        element("multi_channels_select", **MENU),
        choose("#general"),
        {"selected_channels": ["C0GENERAL"]},
    ),
    "multi_conversations_select": (
        element("multi_conversations_select", filter={"include": ["public"]}, **MENU),
        choose("#ops"),
        {"selected_conversations": ["C0OPS"]},
    ),
    "datepicker": (
        element("datepicker", initial_date="2026-03-02"),
        enter("2026-04-01"),
        {"selected_date": "2026-04-01"},
    ),
    "timepicker": (element("timepicker"), enter("23:30"), {"selected_time": "23:30"}),
    "datetimepicker": (
        element("datetimepicker"),
        enter("2026-04-01", "12:00"),
        {"selected_date_time": 1_775_044_800},
    ),
    "checkboxes": (
        element("checkboxes", options=options("Logs", "Disks"), initial_options=options("Logs")),
        pick("Disks"),
        {"selected_options": options("Logs", "Disks")},
    ),
    "radio_buttons": (
        element("radio_buttons", options=options("Keep", "Drop")),
        pick("Drop"),
        {"selected_option": option("Drop")},
    ),
}

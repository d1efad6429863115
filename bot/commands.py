"""The command table: one row a command. Routing, the menu and the help are all made from it."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.asking.answer import cancel, tapped_with, typed_with
from handlers.asking.question import asking
from handlers.asking.which_unit import chosen_with, in_unit, named_with
from handlers.corrections.amending import amend, say_why_late
from handlers.corrections.returning import send_back
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from handlers.files.doc import ask_doc, choose, doc
from handlers.files.for_drafts import keeping
from handlers.files.record_files import take_off
from handlers.forms import dues as dues_form
from handlers.forms.start import begun_with, guided
from handlers.forms.taps import stepping_with
from handlers.forms.words import worded_with
from handlers.handover.beginning import handover
from handlers.handover.confirming import tapped as tapped_handover
from handlers.privacy.privacy import privacy_of
from handlers.privacy.privacy import tapped as tapped_privacy
from handlers.records.recording import meeting
from handlers.request import Handler
from handlers.roster.door import roster
from handlers.roster.showing import turn
from handlers.roster.taking_back import take_back
from handlers.roster.travelling import arrive
from handlers.roster_files import confirming
from handlers.rulings.scoring import score
from handlers.rulings.urging import urge
from handlers.rulings.waiving import waive
from handlers.telling.explaining import why
from handlers.telling.helping import help_with
from handlers.telling.listing import records
from handlers.telling.overview import turn as turn_overview
from handlers.telling.reporting import report
from handlers.telling.standing import drill, due, status
from handlers.units import reminding
from handlers.units.greeting import start
from handlers.units.inviting import invite, uninvite
from handlers.units.posts import role
from handlers.units.reorganising import units
from handlers.units.settings import settings
from handlers.units.setup import begin_setup, setup
from handlers.units.setup_form import answered
from handlers.units.tree import turned


class Scope(StrEnum):
    """Where a menu is shown, as the Bot API calls it; an administrator sees that of theirs."""

    PRIVATE = "all_private_chats"
    GROUP = "all_group_chats"
    ADMINISTRATORS = "all_chat_administrators"


class Topic(StrEnum):
    """Under what the help lists a command: what is used every day goes first, and is explained."""

    DAILY = "daily"
    UNIT = "unit"
    ABOVE = "above"
    ONESELF = "oneself"


# What few members of a group may do stands in its administrators' menu alone.
_FOR_FEW = (Scope.PRIVATE, Scope.ADMINISTRATORS)


@dataclass(frozen=True, slots=True)
class Command:
    """A command, other names for it, what it does, its topic, and the menus in which it stands.

    It works everywhere, wherever it is shown.
    """

    name: str
    handler: Handler
    aliases: tuple[str, ...] = ()
    menus: tuple[Scope, ...] = tuple(Scope)
    topic: Topic = Topic.DAILY

    @property
    def names(self) -> tuple[str, ...]:
        """Answer every name the command goes by."""
        return (self.name, *self.aliases)


# What asks about what is in doubt: the answers go on with these.
ASKING: dict[str, Handler] = {
    "meeting": guided("meeting", asking("meeting", meeting)),
    "dues": asking("dues", dues),
    "amend": asking("amend", amend),
    "units": asking("units", units),
    "roster": asking("roster", roster),
    "setup": setup,
}
_DOING = (
    Command("meeting", in_unit(ASKING["meeting"]), aliases=("log",)),
    Command("dues", in_unit(ASKING["dues"])),
    Command("status", status),
    Command("due", in_unit(due)),
    Command("records", in_unit(records)),
    Command("why", why),
    Command("undo", undo),
    Command("amend", ASKING["amend"]),
    Command("doc", doc),
    Command("report", report),
    Command("roster", in_unit(ASKING["roster"]), menus=_FOR_FEW, topic=Topic.UNIT),
    Command("role", role, menus=_FOR_FEW, topic=Topic.UNIT),
    Command("invite", invite, menus=_FOR_FEW, topic=Topic.UNIT),
    Command("remind", reminding.remind, menus=_FOR_FEW, topic=Topic.UNIT),
    Command("settings", in_unit(settings), menus=_FOR_FEW, topic=Topic.UNIT),
    Command("handover", handover, menus=(Scope.PRIVATE,), topic=Topic.UNIT),
    Command("setup", ASKING["setup"], menus=(Scope.ADMINISTRATORS,), topic=Topic.ABOVE),
    Command("units", ASKING["units"], menus=_FOR_FEW, topic=Topic.ABOVE),
    Command("urge", urge, menus=_FOR_FEW, topic=Topic.ABOVE),
    Command("return", send_back, menus=_FOR_FEW, topic=Topic.ABOVE),
    Command("waive", waive, menus=_FOR_FEW, topic=Topic.ABOVE),
    Command("score", score, menus=_FOR_FEW, topic=Topic.ABOVE),
    Command("privacy", privacy_of, menus=(Scope.PRIVATE,), topic=Topic.ONESELF),
    Command("start", start, menus=_FOR_FEW, topic=Topic.ONESELF),
)
# What the help lists: the names of the commands by their topics.
_TOPICS = [(each.topic.value, each.name) for each in _DOING] + [(Topic.ONESELF.value, "help")]
HELPED = {t.value: tuple(name for topic, name in _TOPICS if topic == t.value) for t in Topic}
COMMANDS = (*_DOING, Command("help", help_with(HELPED), topic=Topic.ONESELF))

BY_NAME = {name: command for command in COMMANDS for name in command.names}

_STEP = stepping_with(ASKING)
_TYPED = typed_with(ASKING, {"setup": answered})
# What goes on once a unit is chosen: every command by its name, every tap by its verb and a colon.
_GOING_ON: dict[str, Handler] = {name: command.handler for name, command in BY_NAME.items()}
# What a tapped button does, by the verb before the colon; the rest are its arguments.
TAPS: dict[str, Handler] = {
    "form": begun_with(ASKING),
    "pay": dues_form.begin,
    "step": _STEP,
    "undo": undo,
    "amend": amend,  # the number alone: asks what to correct
    "doc": ask_doc,
    "enclose": choose,
    "unfile": take_off,
    "all": turn_overview,
    "status": drill,
    "late": say_why_late,
    "units": turned,
    "take": confirming.take,
    "drop": confirming.drop,
    "roster": turn,  # another page of it
    "arrive": arrive,
    "unroster": take_back,
    "answer": tapped_with(ASKING),
    # A reply to a question, or in private what is said after one.
    "typed": named_with(_GOING_ON, keeping(worded_with(_STEP, _TYPED))),
    "unit": chosen_with(_GOING_ON),
    "cancel": cancel,
    "uninvite": uninvite,
    "urge": urge,
    "remind": reminding.tapped,
    "setup": begin_setup,
    "handover": tapped_handover,
    "privacy": tapped_privacy,
}
_GOING_ON.update({f"{verb}:": handler for verb, handler in TAPS.items()})

"""An organisation that people ask things of, as the edge would hand their requests over."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from compliance.access import Role
from handlers.asking.question import refusal
from handlers.grammar import DOUBTS, Unreadable
from handlers.request import Handler, Refused, Reply, Request
from storage import directory, drafts, entries, listing, loose_files
from storage.attachments import SentFile
from storage.drafts import Draft
from storage.journal import RecordText
from storage.messages import Message
from storage.people import Person
from storage.units import RoleHeld, Unit
from tests.storage.samples import POLICY, a_person, a_unit, live_numbers, moment, numbered

FIRST, SECOND, GENERAL, UNBOUND = -101, -102, -100, -999
NOW = moment("2026-11-25 10:00")
STRANGER = 99


def _accepting(request: Request, doubtful: Unreadable) -> Request:
    draft = Draft(
        chat_id=request.chat_id,
        actor=request.actor,
        command="",
        written_at=request.written_at,
        touched_at=request.now,
    )
    for problem in doubtful.problems:
        drafts.accept(draft, problem.choices[0].accepts or "")
    return replace(request, draft=draft)


class Office:
    """党总支 over 第一支部 (with 第一小组 and 第二小组) and 第二支部 (with 第三小组)."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.general = a_unit(session, "党总支", "general_branch")
        self.first = a_unit(session, "第一支部", "branch", self.general)
        self.second = a_unit(session, "第二支部", "branch", self.general)
        self.group = a_unit(session, "第一小组", "party_group", self.first)
        self.other_group = a_unit(session, "第二小组", "party_group", self.first)
        self.far_group = a_unit(session, "第三小组", "party_group", self.second)
        for chat, unit in ((FIRST, self.first), (SECOND, self.second), (GENERAL, self.general)):
            directory.bind_chat(session, chat, unit.key)
        self.people: dict[str, Person] = {
            name: a_person(session, self.first, name, base)
            for name, base in (("张三", 4000), ("李四", 5000), ("王五", 6000), ("赵六", None))
        }
        a_person(session, self.second, "冯一", 4000)
        self.officers = 1000
        self.secretary = self.appoint(Role.SECRETARY, self.first)

    def appoint(self, role: Role, unit: Unit, to_on: date | None = None) -> int:
        """Give a new person a role at a unit; answers the Telegram id."""
        self.officers += 1
        held = RoleHeld(telegram_id=self.officers, unit_id=unit.key, role=role, to_on=to_on)
        self.session.add(held)
        self.session.flush()
        return self.officers

    def grant(self, telegram_id: int, role: Role, unit: Unit) -> None:
        """Give someone one more role."""
        directory.grant_role(self.session, telegram_id, unit.key, role)

    def ask(self, handler: Handler, arguments: str = "", **told: Any) -> Message:
        """Ask as ``replies`` does; answers the first reply."""
        message, *_ = self.replies(handler, arguments, **told)
        return message

    def replies(
        self,
        handler: Handler,
        arguments: str = "",
        *,
        actor: int | None = None,
        chat: int = FIRST,
        private: bool = False,
        now: datetime = NOW,
        message_id: int = 1,
        edited: bool = False,
        owner: bool = False,
        sure: bool = True,
        file: SentFile | None = None,
        follows: int | None = None,
    ) -> Reply:
        """Ask as the edge does, in a savepoint that a refusal undoes; answers every reply.

        Who is ``sure`` says yes to whatever reads well and is only asked about.
        """
        request = Request(
            session=self.session,
            policy=POLICY,
            now=now,
            written_at=now,
            actor=self.secretary if actor is None else actor,
            chat_id=chat,
            private=private,
            message_id=message_id,
            arguments=arguments,
            edited=edited,
            owner=owner,
            file=file,
            follows=follows,
        )
        if file is not None:
            loose_files.keep(self.session, file, request.origin)
        return self._attempt(handler, request, sure=sure)

    def _attempt(self, handler: Handler, request: Request, *, sure: bool) -> Reply:
        try:
            with self.session.begin_nested():
                return handler(request)
        except Refused as refused:
            return (refused.message,)
        except Unreadable as unreadable:
            if sure and {problem.code for problem in unreadable.problems} <= DOUBTS:
                return self._attempt(handler, _accepting(request, unreadable), sure=False)
            return (refusal(unreadable),)

    def text(self, number: int, unit: Unit | None = None) -> RecordText:
        """What an entry says."""
        entry = numbered(self.session, unit or self.first, number)
        return listing.record_text(self.session, entry)

    def live(self, unit: Unit | None = None) -> set[int]:
        return live_numbers(self.session, unit or self.first)

    def entries(self, unit: Unit | None = None) -> int:
        """How many entries a unit's ledger has."""
        key = (unit or self.first).key
        number = 1
        while entries.entry_numbered(self.session, key, number) is not None:
            number += 1
        return number - 1

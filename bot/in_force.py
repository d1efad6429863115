"""The policy of the moment, which all that answers and reminds shares."""

from dataclasses import replace

from sqlmodel import Session

from bot.holidays import ChineseHolidays
from compliance.holiday_notice import Notice
from compliance.policy import Policy
from storage.holidays import notices


class InForce:
    """Holds the policy, and takes up the holiday notices that are loaded while the bot runs.

    A calendar answers the same for good: a new notice makes a new one, and a new policy. (What
    units lay down is read from the database whenever it is asked for.)
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._notices: tuple[Notice, ...] = ()

    def look(self, session: Session) -> None:
        """Look whether a notice was loaded since; the one worker thread does, or the start."""
        found = notices(session)
        if found != self._notices:
            self._notices = found
            self.policy = replace(self.policy, days=ChineseHolidays(found))

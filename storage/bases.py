"""What people's dues rest on, as it is set: dated rows, added and never changed."""

from sqlalchemy import insert
from sqlmodel import Session

from compliance.people import DuesBasis, Member
from storage import directory, journal
from storage.chain import canonical
from storage.columns import table_of
from storage.database import run
from storage.journal import Origin
from storage.money import optional_fen
from storage.people import DuesBasisRow
from storage.roster import rosters

ASSESS, REDUCE = "assess_dues", "reduce_dues"
_INSERT = insert(table_of(DuesBasisRow))


def people(session: Session, unit_id: int) -> tuple[Member, ...]:
    """Answer everyone ever on a unit's roster with all that their dues ever rested on."""
    return rosters(session, [unit_id], bases=True).get(unit_id, ())


def add_basis(
    session: Session, unit_id: int, member: Member, basis: DuesBasis, origin: Origin
) -> None:
    """Set what a person's dues rest on from a day on, or a reduction until one; noted in the audit.

    What held before stays as it was for the months before.
    """
    row = {
        "person_id": member.id,
        **_kept(basis),
        "entered_by": origin.actor,
        "entered_at": origin.at,
    }
    run(session, _INSERT, row)
    directory.revise(session, unit_id)
    before = None if basis.holds_from is None else member.basis_on(basis.holds_from)
    action = REDUCE if basis.reduced else ASSESS
    journal.add_audit(
        session,
        unit_id,
        action,
        origin,
        before=None if before is None else _written(member, before),
        after=canonical({"dues_basis": [row]}),
    )


def _kept(basis: DuesBasis) -> dict[str, object]:
    return {
        "holds_from": basis.holds_from,
        "category": basis.category,
        "base_fen": optional_fen(basis.base),
        "fixed_fen": optional_fen(basis.fixed),
        "holds_until": basis.holds_until,
        "reason": basis.reason,
    }


def _written(member: Member, basis: DuesBasis) -> str:
    return canonical({"dues_basis": [{"person_id": member.id, **_kept(basis)}]})

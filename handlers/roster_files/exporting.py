"""Writing a roster to a file: the columns that an import reads, so that nothing is lost between."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from handlers.grammar import vocabulary
from handlers.roster_files.writing import as_csv, as_xlsx
from storage import directory, journal
from storage.chain import canonical
from storage.imports.placing import below
from storage.journal import Origin
from storage.roster_on import OnRoster, people_on
from storage.units import Unit

FORMATS = ("xlsx", "csv")
_WRITERS: Mapping[str, Callable[[Sequence[str], Sequence[Sequence[object]]], bytes]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}
_PLACES = ("general_branch", "branch")
_LEFT_OUT = ("serial", *_PLACES)
_CODED = {"stage": "stages", "dues_category": "dues_categories"}


@dataclass(frozen=True, slots=True)
class Written:
    """A roster as a file: its name, its bytes, and how many people it lists."""

    name: str
    content: bytes
    people: int


def written_roster(session: Session, target: Unit, day: date, form: str, origin: Origin) -> Written:
    """Write the roster of a unit, with those of all below it, as of a day; noted in the audit."""
    units = {unit.key: unit for unit in (target, *below(session, target))}
    people = list(people_on(session, list(units), day))
    several = any(each.unit_id != target.key for each in people)
    columns = [*(_PLACES if several else ()), *_columns()]
    groups = _group_names(session, people)
    rows = [
        [_value(name, _said(each, units, groups), target.locale) for name in columns]
        for each in people
    ]
    heads = [_word("roster_columns", name, target.locale) for name in columns]
    content = _WRITERS[form](heads, rows)
    told = {"unit": target.key, "on": day, "people": len(people), "format": form}
    journal.add_audit(
        session, target.key, "roster_export", origin, after=canonical({"export": [told]})
    )
    return Written(f"{target.name}-{day.isoformat()}.{form}", content, len(people))


def _columns() -> list[str]:
    return [name for name in vocabulary.table("roster_columns") if name not in _LEFT_OUT]


def _group_names(session: Session, people: Sequence[OnRoster]) -> Mapping[int, str]:
    ids = {each.values["group_id"] for each in people}
    groups = directory.units(session, [i for i in ids if isinstance(i, int)])
    return {group_id: group.name for group_id, group in groups.items()}


def _said(
    each: OnRoster, units: Mapping[int, Unit], groups: Mapping[int, str]
) -> Mapping[str, object]:
    unit, basis, group = units[each.unit_id], each.basis, each.values["group_id"]
    above = units.get(unit.parent_id or 0)
    places = dict(_of_places(unit, above))
    dues: dict[str, object] = {}
    if basis is not None:
        dues = {
            "dues_category": basis.category or None,
            "dues_base": basis.base,
            "dues_amount": basis.fixed,
        }
    return {
        **each.values,
        **places,
        **dues,
        "group": groups.get(group) if isinstance(group, int) else None,
    }


def _of_places(unit: Unit, above: Unit | None) -> Iterator[tuple[str, str]]:
    yield "branch", unit.name
    if above is not None and above.kind == "general_branch":
        yield "general_branch", above.name


def _value(name: str, said: Mapping[str, object], locale: str) -> object:
    """Answer what stands in a cell: a word, a date, an amount, or nothing."""
    value = said.get(name)
    if value is None:
        return ""
    if name in _CODED:
        return _word(_CODED[name], str(value), locale)
    if name == "floating":
        return _word("answers", "yes" if value else "no", locale)
    return value if isinstance(value, date | Decimal) else str(value)


def _word(section: str, code: str, locale: str) -> str:
    """Answer the first word for a code: in Chinese; in another language the first English one."""
    words = vocabulary.table(section)[code]
    if locale == "zh":
        return words[0]
    return next((word for word in words if word.isascii()), words[0])

"""What entries say, read back from every table that holds a part of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, Table, bindparam
from sqlalchemy import select as columns

from storage.chain import as_kept, canonical

# The tables of an entry, and the columns by which its rows there are in order.
PARTS = {
    "entry": ("id",),
    "record": ("entry_id",),
    "record_kind": ("entry_id", "position"),
    "absence": ("entry_id", "position"),
    "record_person": ("entry_id", "position"),
    "record_material": ("entry_id", "position"),
    "payment": ("entry_id",),
    "remittance": ("entry_id",),
    "waiver": ("entry_id",),
    "score": ("entry_id",),
    "returned": ("entry_id",),
}


@dataclass(frozen=True, slots=True)
class Contents:
    """The statements that read entries' contents; a migration has tables of its own time."""

    parts: Mapping[str, Select[tuple[object, ...]]]

    @classmethod
    def of(cls, tables: Mapping[str, Table]) -> "Contents":
        """Prepare the statements for those of the tables that there are: some are younger."""
        known = {name: order for name, order in PARTS.items() if name in tables}
        return cls({name: _select(tables[name], order) for name, order in known.items()})

    def read(self, connection: Connection, ids: Collection[int]) -> dict[int, str]:
        """Answer the canonical content of each of these entries that there is."""
        found: dict[int, dict[str, list[dict[str, object]]]] = {}
        for name, statement in self.parts.items():
            key = PARTS[name][0]
            for row in connection.execute(statement, {"ids": ids}).mappings():
                found.setdefault(row[key], {}).setdefault(name, []).append(dict(row))
        return {entry_id: canonical(rows) for entry_id, rows in found.items()}


def _select(table: Table, order: tuple[str, ...]) -> Select[tuple[object, ...]]:
    key = table.c[order[0]]
    return (
        columns(*as_kept(table))
        .where(key.in_(bindparam("ids", expanding=True)))
        .order_by(*(table.c[name] for name in order))
    )

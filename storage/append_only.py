"""Tables that only grow: the database itself refuses to change or delete a row of theirs."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, inspect, text

TABLES = (
    "entry",
    "record",
    "record_kind",
    "absence",
    "record_person",
    "record_material",
    "payment",
    "remittance",
    "waiver",
    "score",
    "audit",
    "overlay",
    "cadence_choice",
    "holiday_notice",
    "attachment",
    "file_hash",
    "returned",
    "unit_was",
)

_FUNCTION = "refuse_change"
_MAKE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = TG_TABLE_NAME || ' is append-only',
        ERRCODE = 'integrity_constraint_violation';
END $$
"""
DROP_FUNCTION = f"DROP FUNCTION IF EXISTS {_FUNCTION}()"
_SQLITE_NAMES = ("no_update", "no_delete", "no_replace")
_GUARDED = {
    "sqlite": """
        SELECT tbl_name FROM sqlite_master
        WHERE type = 'trigger' AND name GLOB tbl_name || '_no_*'
        GROUP BY tbl_name HAVING count(*) = 3""",
    "postgresql": """
        SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE tgname = relname || '_append_only' AND tgenabled <> 'D'""",
}


def guard(connection: Connection, tables: Iterable[str]) -> None:
    """Have the database refuse every UPDATE, DELETE, REPLACE and TRUNCATE of these tables.

    A table may be guarded already. On SQLite a migration that rebuilds one (batch mode) loses its
    triggers, and guards it anew.
    """
    if connection.dialect.name == "sqlite":
        for table in tables:
            for statement in _sqlite_triggers(table, _keys(connection, table)):
                connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql(_MAKE_FUNCTION)
    for table in tables:
        connection.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {table}_append_only "
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
        )


def release(connection: Connection, tables: Iterable[str]) -> None:
    """Take the guard off these tables: for a migration only."""
    for table in tables:
        if connection.dialect.name == "sqlite":
            for name in _SQLITE_NAMES:
                connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {table}_append_only ON {table}")


def unguarded(connection: Connection) -> tuple[str, ...]:
    """Answer the append-only tables whose guard is gone or switched off."""
    guarded = set(connection.execute(text(_GUARDED[connection.dialect.name])).scalars())
    return tuple(table for table in TABLES if table not in guarded)


def _keys(connection: Connection, table: str) -> list[Sequence[str]]:
    """Answer the columns of each key by which a new row could take the place of an old one."""
    inspector = inspect(connection)
    unique = [key["column_names"] for key in inspector.get_unique_constraints(table)]
    unique += [
        [name for name in index["column_names"] if name is not None]
        for index in inspector.get_indexes(table)
        if index["unique"]
    ]
    return [["rowid"], inspector.get_pk_constraint(table)["constrained_columns"], *unique]


def _sqlite_triggers(table: str, keys: list[Sequence[str]]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    taken = " OR ".join(
        "(" + " AND ".join(f"{name} = NEW.{name}" for name in key) + ")" for key in keys
    )
    # INSERT OR REPLACE deletes what is in its way without asking the triggers on DELETE.
    in_its_way = f"EXISTS (SELECT 1 FROM {table} WHERE {taken})"  # noqa: S608 - names of our own
    when = {
        "no_update": f"UPDATE ON {table}",
        "no_delete": f"DELETE ON {table}",
        "no_replace": f"INSERT ON {table} WHEN {in_its_way}",
    }
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {when[name]} {refuse}"
        for name in _SQLITE_NAMES
    ]

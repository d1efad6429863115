"""history is append-only, and a chain over the audit proves it."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from storage import append_only
from storage.chain import START, Link, chained, linked
from storage.contents import Contents

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("entry", "record", "record_kind", "absence", "payment", "audit")
CHUNK = 1000
# The audit row by which this revision covers an entry that was there before it.
COVER = "cover"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entry_id", key, nullable=True))
        batch_op.add_column(sa.Column("hash", sa.String(), nullable=True))
        batch_op.create_foreign_key("fk_audit_entry_id", "entry", ["entry_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_audit_entry_id"), ["entry_id"], unique=True)
    _seal_history(op.get_bind())
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.alter_column("hash", existing_type=sa.String(), nullable=False)
    append_only.guard(op.get_bind(), TABLES)


def downgrade() -> None:
    """Take the change back."""
    append_only.release(op.get_bind(), TABLES)
    op.execute(sa.text("DELETE FROM audit WHERE action = :cover").bindparams(cover=COVER))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(append_only.DROP_FUNCTION)
        # Ids are counted by the sequence again, which stood still meanwhile.
        op.execute(
            "SELECT setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit "
            "HAVING max(id) IS NOT NULL"
        )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_id"))
        batch_op.drop_constraint("fk_audit_entry_id", type_="foreignkey")
        batch_op.drop_column("hash")
        batch_op.drop_column("entry_id")
    op.drop_table("audit_head")


def _seal_history(connection: sa.Connection) -> None:
    """Chain the audit rows there are, then add one for each entry, with all that it says."""
    tables = sa.MetaData()
    tables.reflect(connection, only=[*TABLES, "audit_head"])
    last = _chain_audit(connection, tables.tables["audit"])
    last = _cover_entries(connection, tables, last)
    if last != START:
        head = {"id": 1, "last_id": last.id, "last_hash": last.hash}
        connection.execute(sa.insert(tables.tables["audit_head"]), head)


def _chain_audit(connection: sa.Connection, audit: sa.Table) -> Link:
    last = START
    write = sa.update(audit).where(audit.c.id == sa.bindparam("row"))
    write = write.values(hash=sa.bindparam("sealed"))
    for rows in _chunks(connection, audit):
        sealed = []
        for row in rows:
            last = Link(row["id"], chained(last.hash, dict(row)))
            sealed.append({"row": last.id, "sealed": last.hash})
        connection.execute(write, sealed)
    return last


def _cover_entries(connection: sa.Connection, tables: sa.MetaData, last: Link) -> Link:
    contents = Contents.of(tables.tables)
    for rows in _chunks(connection, tables.tables["entry"]):
        said = contents.read(connection, [row["id"] for row in rows])
        covers = [
            {
                "at": row["entered_at"],
                "actor": row["entered_by"],
                "action": COVER,
                "unit_id": row["unit_id"],
                "entry_id": row["id"],
                "after": said[row["id"]],
                "chat_id": row["chat_id"],
                "message_id": row["message_id"],
            }
            for row in rows
        ]
        sealed, last = linked(last, covers)
        connection.execute(sa.insert(tables.tables["audit"]), sealed)
    return last


def _chunks(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[sa.RowMapping]]:
    """Answer all rows of a table in the order of their ids, some at a time."""
    query = sa.select(table).where(table.c.id > sa.bindparam("after"))
    query = query.order_by(table.c.id).limit(CHUNK)
    after = 0
    while rows := connection.execute(query, {"after": after}).mappings().all():
        yield rows
        after = rows[-1]["id"]

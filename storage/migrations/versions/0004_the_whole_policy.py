"""the whole policy: people's own dates, whom records are about, rulings and rules."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage import append_only
from storage.chain import START, Link, linked
from storage.contents import PARTS, Contents

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARDED = (
    "record_person",
    "record_material",
    "remittance",
    "waiver",
    "score",
    "overlay",
    "cadence_choice",
    "holiday_notice",
)
MOVED = ("unit_id", "requirement", "subject_id", "first_on", "last_on", "reason")
STAGES = ("applied_on", "activist_on", "candidate_on", "probation_until", "letter_on")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    for name in STAGES:
        op.add_column("person", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("dues_basis", sa.Column("holds_until", sa.Date(), nullable=True))
    op.add_column("dues_basis", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("dues_basis", sa.Column("entered_by", sa.BigInteger(), nullable=True))
    op.add_column("dues_basis", sa.Column("entered_at", sa.DateTime(), nullable=True))
    _parts()
    _waivers()
    _rules()
    append_only.guard(op.get_bind(), GUARDED)


def _parts() -> None:
    op.create_table(
        "record_person",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("entry_id", "position"),
        sa.UniqueConstraint("entry_id", "person_id"),
    )
    op.create_index("ix_record_person_person_id", "record_person", ["person_id"])
    op.create_table(
        "record_material",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("material", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.PrimaryKeyConstraint("entry_id", "position"),
    )
    op.create_table(
        "remittance",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("remitted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_table(
        "score",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_score_of_year", "score", ["unit_id", "year"])


def _waivers() -> None:
    """Make every waiver an entry: it then has a number, is proven, and is taken back by undo."""
    connection = op.get_bind()
    old = sa.Table("waiver", sa.MetaData(), autoload_with=connection)
    rows = connection.execute(sa.select(old).order_by(old.c.id)).mappings().all()
    op.drop_table("waiver")
    op.create_table(
        "waiver",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_waiver_unit_id", "waiver", ["unit_id"])
    if rows:
        _enter(connection, rows)


def _enter(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> None:
    tables = sa.MetaData()
    wanted = {"audit", "audit_head", "unit", *PARTS}  # of the parts some are younger than this
    tables.reflect(connection, only=lambda name, _: name in wanted)
    head = tables.tables["audit_head"]
    last = connection.execute(sa.select(head.c.last_id, head.c.last_hash)).first()
    covers = dict(_entered(connection, tables, row) for row in rows)
    said = Contents.of(tables.tables).read(connection, list(covers))
    told = [cover | {"after": said[entry_id]} for entry_id, cover in covers.items()]
    sealed, end = linked(START if last is None else Link(*last), told)
    connection.execute(sa.insert(tables.tables["audit"]), sealed)
    connection.execute(sa.delete(head))
    connection.execute(sa.insert(head), {"id": 1, "last_id": end.id, "last_hash": end.hash})


def _entered(
    connection: sa.Connection, tables: sa.MetaData, row: sa.RowMapping
) -> tuple[int, dict[str, object]]:
    """Make one waiver an entry, and answer its id, and what the audit says of it."""
    unit, entry = tables.tables["unit"], tables.tables["entry"]
    count = sa.update(unit).where(unit.c.id == row["unit_id"])
    number = connection.execute(
        count.values(last_number=unit.c.last_number + 1).returning(unit.c.last_number)
    ).scalar_one()
    who = {"entered_by": row["granted_by"], "entered_at": row["granted_at"]}
    head = {"unit_id": row["unit_id"], "number": number, "kind": "waiver", **who}
    entry_id = connection.execute(sa.insert(entry).values(head).returning(entry.c.id)).scalar_one()
    kept = {name: row[name] for name in MOVED}
    connection.execute(sa.insert(tables.tables["waiver"]), {"entry_id": entry_id, **kept})
    return entry_id, {
        "at": row["granted_at"],
        "actor": row["granted_by"],
        "action": "waive",
        "unit_id": row["unit_id"],
        "entry_id": entry_id,
    }


def _rules() -> None:
    op.create_table(
        "overlay",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.BigInteger(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_overlay_unit_id", "overlay", ["unit_id"])
    op.create_table(
        "cadence_choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("cadence", sa.String(length=32), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("chosen_by", sa.BigInteger(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cadence_choice_unit_id", "cadence_choice", ["unit_id"])
    op.create_table(
        "holiday_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("days_off", sa.Text(), nullable=False),
        sa.Column("working_days", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.BigInteger(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Take the change back; of waivers that are entries, and of scores, only the entries stay."""
    append_only.release(op.get_bind(), GUARDED)
    for table in GUARDED:
        op.drop_table(table)
    op.create_table(
        "waiver",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_waiver_unit_id", "waiver", ["unit_id"])
    for table, names in {
        "dues_basis": ("entered_at", "entered_by", "reason", "holds_until"),
        "person": STAGES,
    }.items():
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.drop_column(name)

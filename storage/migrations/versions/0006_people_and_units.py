"""people and units: what they were before, accounts and invitations, pauses, files to and fro."""

import sqlalchemy as sa
from alembic import op

from storage import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARDED = ("returned", "unit_was")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# SQLite keeps no name of a key that was made without one.
UNNAMED = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
SAID = sa.text("payload <> '{}'")
STANDING = sa.text("dissolved IS NULL")


def upgrade() -> None:
    """Make the change."""
    _units()
    _people()
    _roles()
    _pauses()
    _files()
    op.add_column("draft", sa.Column("unit_id", KEY, nullable=True))
    op.create_table(
        "returned",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    _overviews()
    append_only.guard(op.get_bind(), GUARDED)


def _add_filled(table: str, column: sa.Column[object], value: sa.ClauseElement) -> None:
    """Add a column that is never empty: what is there already has a value, new rows bring one."""
    column.server_default = sa.DefaultClause(value)
    op.add_column(table, column)
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(column.name, server_default=None, existing_type=column.type)


def _units() -> None:
    _add_filled("unit", sa.Column("workdays_only", sa.Boolean(), nullable=False), sa.false())
    _add_filled("unit", sa.Column("revision", sa.Integer(), nullable=False), sa.text("0"))
    with op.batch_alter_table("unit", naming_convention=UNNAMED) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("weekly_on", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("unit_merged_into_id_fkey", "unit", ["merged_into_id"], ["id"])
        batch_op.drop_constraint("unit_parent_id_name_key", type_="unique")
    op.create_index(
        "ix_unit_called",
        "unit",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "unit_was",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_unit_was", "unit_was", ["unit_id", "until_on"])
    op.add_column("chat", sa.Column("title", sa.String(), nullable=True))
    op.add_column("chat", sa.Column("thread_id", sa.BigInteger(), nullable=True))


def _people() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("mark", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("came_from_id", KEY, nullable=True))
        batch_op.create_foreign_key("person_came_from_id_fkey", "person", ["came_from_id"], ["id"])
        batch_op.add_column(sa.Column("going_to_id", KEY, nullable=True))
        batch_op.create_foreign_key("person_going_to_id_fkey", "unit", ["going_to_id"], ["id"])
        batch_op.add_column(sa.Column("arrived_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_person_going_to_id", ["going_to_id"])
    op.create_table(
        "person_was",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group_id", KEY, nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("floating", sa.Boolean(), nullable=False),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["group_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_person_was", "person_was", ["person_id", "until_on"])


def _roles() -> None:
    _add_filled("role", sa.Column("acting", sa.Boolean(), nullable=False), sa.false())
    op.create_table(
        "role_leave",
        sa.Column("id", KEY, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_role_leave_unit_id", "role_leave", ["unit_id"])
    op.create_table(
        "account",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("linked_at", sa.DateTime(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(), nullable=True),
        sa.Column("owner_since", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("telegram_id"),
    )
    op.create_index("ix_account_person_id", "account", ["person_id"])
    op.create_table(
        "handover",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("begun_by", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("from_confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("to_confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("called_off", sa.Boolean(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_unit_id", "handover", ["unit_id"])
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("handover_id", KEY, nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_invitation_unit_id", "invitation", ["unit_id"])


def _pauses() -> None:
    op.create_table(
        "pause",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("requirement", sa.String(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pause_unit_id", "pause", ["unit_id"])


def _files() -> None:
    op.create_index(
        "ix_outbox_said",
        "outbox",
        ["id"],
        sqlite_where=SAID,
        postgresql_where=SAID,
    )
    op.create_table(
        "outbox_file",
        sa.Column("outbox_id", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("outbox_id"),
    )
    op.create_table(
        "upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("taken_until", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upload_unit_id", "upload", ["unit_id"])
    op.create_index("ix_upload_state", "upload", ["state"])


def _overviews() -> None:
    op.create_table(
        "overview",
        sa.Column("unit_id", KEY, autoincrement=False, nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("due_soon", sa.Integer(), nullable=False),
        sa.Column("failing", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("unit_id", "span"),
    )


def downgrade() -> None:
    """Take the change back."""
    append_only.release(op.get_bind(), GUARDED)
    for table in (
        "overview",
        "returned",
        "upload",
        "outbox_file",
        "pause",
        "invitation",
        "handover",
        "account",
        "role_leave",
        "person_was",
        "unit_was",
    ):
        op.drop_table(table)
    op.drop_column("draft", "unit_id")
    op.drop_index("ix_outbox_said", "outbox")
    op.drop_column("role", "acting")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_index("ix_person_going_to_id")
        batch_op.drop_column("arrived_on")
        batch_op.drop_constraint("person_going_to_id_fkey", type_="foreignkey")
        batch_op.drop_column("going_to_id")
        batch_op.drop_constraint("person_came_from_id_fkey", type_="foreignkey")
        batch_op.drop_column("came_from_id")
        batch_op.drop_column("mark")
    op.drop_column("chat", "thread_id")
    op.drop_column("chat", "title")
    op.drop_index("ix_unit_called", "unit")
    with op.batch_alter_table("unit") as batch_op:
        batch_op.drop_constraint("unit_merged_into_id_fkey", type_="foreignkey")
        for name in ("revision", "weekly_on", "workdays_only", "merged_into_id"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint("unit_parent_id_name_key", ["parent_id", "name"])

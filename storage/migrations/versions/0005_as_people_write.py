"""as people write: unfinished entries, files, reasons of back-entries, amended payments."""

import sqlalchemy as sa
from alembic import op

from storage import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDED = ("attachment", "file_hash")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PROMPTS = sa.text("prompt IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    op.add_column("record", sa.Column("ends_at", sa.Time(), nullable=True))
    op.add_column("record", sa.Column("held_until", sa.Date(), nullable=True))
    op.add_column("record", sa.Column("late_reason", sa.String(), nullable=True))
    op.add_column("payment", sa.Column("first_entered_at", sa.DateTime(), nullable=True))
    op.create_index(
        "ix_outbox_prompt",
        "outbox",
        ["chat_id", "id"],
        sqlite_where=PROMPTS,
        postgresql_where=PROMPTS,
    )
    op.create_index("ix_entry_message", "entry", ["chat_id", "message_id"])
    _drafts()
    _files()
    append_only.guard(op.get_bind(), GUARDED)


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("accepted", sa.String(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("trail", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("place_end", sa.Integer(), nullable=True),
        sa.Column("guided", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_of", "draft", ["chat_id", "actor"])
    op.create_index("ix_draft_touched", "draft", ["touched_at"])


def _files() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("removes_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("file_unique_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("mime", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("album", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["removes_id"], ["attachment.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attachment_file", "attachment", ["entry_id", "file_unique_id"])
    op.create_index("ix_attachment_album", "attachment", ["chat_id", "album"])
    op.create_index("ix_attachment_added", "attachment", ["added_at"])
    op.create_table(
        "file_hash",
        sa.Column("file_unique_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file_unique_id"),
    )
    op.create_table(
        "loose_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("album", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("file_unique_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("mime", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_loose_file_of", "loose_file", ["chat_id", "message_id"], unique=True)
    op.create_index("ix_loose_file_album", "loose_file", ["chat_id", "album"])
    op.create_index("ix_loose_file_draft", "loose_file", ["draft_id"])
    op.create_index("ix_loose_file_came", "loose_file", ["came_at"])


def downgrade() -> None:
    """Take the change back."""
    append_only.release(op.get_bind(), GUARDED)
    for table in ("loose_file", "file_hash", "attachment", "draft"):
        op.drop_table(table)
    op.drop_index("ix_outbox_prompt", "outbox")
    op.drop_index("ix_entry_message", "entry")
    append_only.release(op.get_bind(), ("record", "payment"))
    with op.batch_alter_table("record") as batch_op:
        batch_op.drop_column("late_reason")
        batch_op.drop_column("held_until")
        batch_op.drop_column("ends_at")
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_column("first_entered_at")
    append_only.guard(op.get_bind(), ("record", "payment"))

"""queues that several replicas share: chats' order, leases, a common pace; chats that moved."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite keeps no name of a unique column; this gives it one to drop it by.
NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}
WAITING, QUEUED = "state = 'waiting'", "state = 'queued'"
SET_ASIDE = "state = 'set_aside'"
BAD_ENDS = ("failed", "unknown")
OPEN = "state IN ('queued', 'sending')"


def upgrade() -> None:
    """Make the change."""
    _inbox()
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("update_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("taken_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_until", sa.Float(), nullable=True))
        batch_op.drop_index("ix_outbox_queued")
    _index("ix_outbox_queued", "outbox", ["kind", "id"], QUEUED)
    _index("ix_outbox_open", "outbox", ["chat_id", "id"], OPEN)
    for state in BAD_ENDS:
        _index(f"ix_outbox_{state}", "outbox", ["id"], f"state = '{state}'")
    with op.batch_alter_table("chat") as batch_op:
        batch_op.add_column(sa.Column("moved_to", sa.BigInteger(), nullable=True))
    op.create_table(
        "pace",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("noted_at", sa.Float(), nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.Column("recent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id"),
    )


def _inbox() -> None:
    with op.batch_alter_table("inbox", naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("chat_id", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint("inbox_update_id_key", type_="unique")
        batch_op.drop_index("ix_inbox_waiting")
    inbox = sa.table(
        "inbox",
        sa.column("id", sa.BigInteger()),
        sa.column("update_id", sa.BigInteger()),
        sa.column("happening", sa.String()),
        sa.column("chat_id", sa.BigInteger()),
        sa.column("payload", sa.Text()),
        sa.column("state", sa.String()),
    )
    connection = op.get_bind()
    named = sa.literal("update:", sa.String()) + sa.cast(inbox.c.update_id, sa.String())
    connection.execute(sa.update(inbox).values(chat_id=0))
    connection.execute(sa.update(inbox).where(inbox.c.happening.is_(None)).values(happening=named))
    waiting = sa.select(inbox.c.id, inbox.c.payload).where(inbox.c.state == "waiting")
    for row_id, payload in connection.execute(waiting).all():
        chat_id = next(_chats(json.loads(payload)), 0)
        connection.execute(sa.update(inbox).where(inbox.c.id == row_id).values(chat_id=chat_id))
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.alter_column("chat_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.alter_column("happening", existing_type=sa.String(), nullable=False)
    _index("ix_inbox_waiting", "inbox", ["chat_id", "id"], WAITING)
    _index("ix_inbox_set_aside", "inbox", ["id"], SET_ASIDE)


def _chats(update: object) -> Iterator[int]:
    """Answer the chat that an update is about, if it can be told."""
    if isinstance(update, dict):
        for name in ("message", "edited_message", "my_chat_member", "callback_query"):
            about = update.get(name)
            if isinstance(about, dict):
                about = about.get("message", about)
                chat = about.get("chat") if isinstance(about, dict) else None
                if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                    yield chat["id"]


def _index(name: str, table: str, columns: list[str], rows: str) -> None:
    where = sa.text(rows)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("pace")
    with op.batch_alter_table("chat") as batch_op:
        batch_op.drop_column("moved_to")
    for name in ("open", *BAD_ENDS):
        op.drop_index(f"ix_outbox_{name}", "outbox")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_queued")
        batch_op.drop_column("taken_until")
        batch_op.drop_column("taken_by")
        batch_op.drop_column("update_id")
    _index("ix_outbox_queued", "outbox", ["not_before", "id"], QUEUED)
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index("ix_inbox_waiting")
        batch_op.drop_index("ix_inbox_set_aside")
        batch_op.drop_column("chat_id")
        batch_op.alter_column("happening", existing_type=sa.String(), nullable=True)
        batch_op.create_unique_constraint("inbox_update_id_key", ["update_id"])
    _index("ix_inbox_waiting", "inbox", ["id"], WAITING)

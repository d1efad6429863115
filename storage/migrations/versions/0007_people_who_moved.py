"""people who moved: who came from a row of the roster is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOVED = sa.text("came_from_id IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_index(
        "ix_person_came_from",
        "person",
        ["came_from_id"],
        sqlite_where=MOVED,
        postgresql_where=MOVED,
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_person_came_from", "person")

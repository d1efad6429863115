"""What was reckoned from everything else and is kept for a while: it can be reckoned anew."""

from datetime import date

from sqlmodel import Field, SQLModel

from storage.columns import Key

# The year so far, as /status tells it without a period.
SO_FAR = ""


class OverviewRow(SQLModel, table=True):
    """An overview of a unit that is kept, of the year so far or of a period (``span``, its code).

    ``on_day`` is the day in the unit's zone as of which it was reckoned, ``stamp`` what it rests
    on. All of it can be reckoned anew at any time: no backup holds it.
    """

    __tablename__ = "overview"

    unit_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="unit.id",
        sa_column_kwargs={"autoincrement": False},
    )
    span: str = Field(primary_key=True)
    on_day: date
    stamp: str
    missed: int
    overdue: int
    due_soon: int
    failing: str

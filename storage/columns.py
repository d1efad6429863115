"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, DateTime, Enum, Integer, Table, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# SQLite counts up only an INTEGER key; everywhere else ids are 64 bits wide.
Key = BigInteger().with_variant(Integer, "sqlite")


class Keyed(SQLModel):
    """A row with a number of its own, which it has from the moment it is stored."""

    id: int | None = Field(default=None, sa_type=Key, primary_key=True)

    @property
    def key(self) -> int:
        """Answer the row's id; ValueError for a row that is not stored yet."""
        if self.id is None:
            raise ValueError(f"{type(self).__name__} is not stored yet")
        return self.id


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, kept as UTC without an offset (SQLite has no time zones)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: a moment without a zone is a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone that was kept out of the table."""
        return None if value is None else value.replace(tzinfo=UTC)


def table_of(model: type[SQLModel]) -> Table:
    """Answer the table behind a model: for statements that need rows, not objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def written(code: StrEnum) -> ColumnElement[str]:
    """Answer a code that stands in the statement itself, not among its parameters.

    Only so does SQLite know that an index of some rows (``WHERE state = 'waiting'``) has them all.
    """
    return literal_column(f"'{code.value}'")


def coded(codes: type[StrEnum]) -> Enum:
    """Make the type of a column that holds one of an enumeration's codes, as plain text.

    Not a database enumeration: adding a code is then no migration.
    """
    return Enum(
        codes,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda of: [code.value for code in of],
    )

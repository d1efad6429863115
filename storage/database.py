"""Opening the database and the two kinds of session: one that writes, one that only reads."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from sqlite3 import Connection as SQLiteConnection
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

BUSY_SECONDS = 5
# PostgreSQL ends what a replica holds that was cut off or stands still, so that others go on; and
# a replica finds out by itself, within seconds, that the server is gone.
HELD_SECONDS = 20
_POSTGRES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": f"-c idle_in_transaction_session_timeout={HELD_SECONDS}s",
}
# A replica asks for the moment first and acts on it later: what another noted meanwhile may lie so
# many seconds ahead of it. What lies further ahead is void: the clock was set back.
AHEAD_AT_MOST = 30.0
# The database itself fails: whatever was asked of it can be asked again. (An internal error is what
# PostgreSQL tells one whose transaction it ended, since it stood still for too long.)
DATABASE_DOWN = (OperationalError, InterfaceError, InternalError)
_MEMORY = "remembered"
_DEFERRED = "deferred"
T = TypeVar("T")
_DIALECTS: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
_SECONDS = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT extract(epoch FROM clock_timestamp())"),
}
Parameters = Mapping[str, object] | Sequence[Mapping[str, object]] | None


def open_database(url: str) -> Engine:
    """Open the database at a SQLAlchemy URL; nothing is connected to before it is needed.

    Raises ``sqlalchemy.exc.ArgumentError`` for a URL that cannot be read.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        url,
        connect_args=_POSTGRES,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
    )


def _open_sqlite(url: str) -> Engine:
    # Errors do not quote what was said: they may end in a log.
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: SQLiteConnection, _: ConnectionPoolEntry) -> None:
    # We say BEGIN ourselves (see begin); the driver's own rules would say it too late.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def run(
    session: Session, statement: Executable, parameters: Parameters = None
) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement on the session's connection, past the mapper.

    The statements of the recording path are built once, as constants; building them anew, and
    making objects of their rows, costs more than the database does. Rows come back, no objects.
    """
    return session.connection().execute(statement, parameters)


def insert_new(session: Session, table: type, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows that break no unique key; answer how many those were."""
    insert = _insert_new(session.get_bind().dialect.name, table)
    return len(run(session, insert, rows).all())


@cache
def _insert_new(dialect: str, table: type) -> Executable:
    # A row count is not told of many rows at once; the keys given to the new ones are.
    statement: Executable = (
        _DIALECTS[dialect]
        .insert(table)
        .on_conflict_do_nothing()
        .returning(*inspect(table).primary_key)
    )
    return statement


def upsert(session: Session, table: type, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; one whose primary key is there already takes the other's place."""
    run(session, _upsert(session.get_bind().dialect.name, table), rows)


@cache
def _upsert(dialect: str, table: type) -> Executable:
    insert = _DIALECTS[dialect].insert(table)
    primary: tuple[Any, ...] = inspect(table).primary_key
    keys = [str(column.key) for column in primary]
    values = {name: column for name, column in insert.excluded.items() if name not in keys}
    statement: Executable = insert.on_conflict_do_update(index_elements=keys, set_=values)
    return statement


def seconds(session: Session) -> float:
    """Answer the seconds since 1970 by the database's own clock, which all replicas share.

    Leases and the pace of sending go by it; what people see goes by the ``now`` passed in.
    """
    statement = _SECONDS[session.get_bind().dialect.name]
    return float(run(session, statement).scalar_one())


def remembered(session: Session, key: Hashable, load: Callable[[], T]) -> T:
    """Answer what was loaded under this key before in the same transaction, or load it."""
    memory: dict[Hashable, T] = session.info.setdefault(_MEMORY, {})
    if key not in memory:
        memory[key] = load()
    return memory[key]


def forget(session: Session) -> None:
    """Forget what ``remembered`` holds: the transaction has changed what it was loaded from."""
    session.info.pop(_MEMORY, None)


def defer(session: Session, work: Callable[[Session, list[T]], None], item: T) -> None:
    """Have work done on all the items deferred to it, at once and right before the commit.

    What was deferred within an ``attempt`` that failed is forgotten, and what was deferred in a
    session that is not committed is never done.
    """
    session.info.setdefault(_DEFERRED, []).append((work, item))


def _do_deferred(session: Session) -> None:
    session.flush()  # what may wait for another writer comes before what others will wait for
    items: dict[Callable[[Session, list[object]], None], list[object]] = {}
    for work, item in session.info.pop(_DEFERRED, ()):
        items.setdefault(work, []).append(item)
    for work, deferred in items.items():
        work(session, deferred)


def begin(connection: Connection) -> None:
    """Begin a transaction that writes.

    On SQLite it takes the write lock at once: a reader that turns into a writer midway can only
    fail. (Said here and not by an engine event: those slow down every statement.)
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Give a session whose work is committed whole, or not at all when an error leaves it."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        begin(session.connection())
        yield session
        if session.info.get(_DEFERRED):
            _do_deferred(session)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Give a session for reading only; whatever it changes is thrown away."""
    with Session(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        try:
            yield session
        finally:
            session.rollback()


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Session]:
    """Give a session that may write as in a transaction, and whose work is always thrown away."""
    with Session(engine, expire_on_commit=False) as session:
        begin(session.connection())
        try:
            yield session
        finally:
            session.rollback()


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Do something within a transaction; an error that leaves it undoes just that, and goes on.

    Objects of the mapper are let go with what is undone: whoever holds one loads it anew.
    """
    deferred = session.info.setdefault(_DEFERRED, [])
    before = len(deferred)
    savepoint = session.begin_nested()  # the session's own: else a failed flush undoes everything
    try:
        yield
        session.flush()  # here, or its error would be that of what comes after
    except BaseException:
        del deferred[before:]
        savepoint.rollback()
        session.expunge_all()  # else what was changed would be written yet
        forget(session)  # what was loaded since may hold what is undone
        raise
    savepoint.commit()

"""What the PostgreSQL log tells of its end while it is appended to."""

from lrs.storage.database import connect

LOCK = "hashtextextended('lrs.log.append', 0)"
HORIZON = "SELECT next, time FROM log_horizon()"


def test_asking_for_the_end_of_the_log_holds_no_append_up(database: str) -> None:
    """A long read asks in one statement with its rows."""
    with connect(database, autocommit=False) as reading, connect(database) as appending:
        reading.execute(HORIZON)
        free = appending.execute(f"SELECT pg_try_advisory_xact_lock({LOCK})").fetchone()
    assert free == (True,)


def test_the_present_is_not_told_while_an_append_is_under_way(database: str) -> None:
    with connect(database) as asking, connect(database, autocommit=False) as appending:
        asking.execute("UPDATE log_head SET time = 7")
        before = asking.execute(HORIZON).fetchone()
        appending.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        meanwhile = asking.execute(HORIZON).fetchone()
        appending.rollback()
        after = asking.execute(HORIZON).fetchone()
    assert before is not None
    assert after is not None
    assert meanwhile == (0, 7)
    assert 7 < before[1] < after[1]

"""SQL in files beside this one: what a migration runs once, and the functions of the database.

A function belongs to no revision: `define_functions` writes every file of `functions/` after the
migrations of each `lrs migrate`. So a fresh database and one of any earlier revision end with the
same functions, and a changed file needs no migration that somebody could forget. A migration calls
`define` for a function that it needs itself. `CREATE OR REPLACE` does not change what a function
returns and removes nothing: a migration has to drop such a function.
"""

from importlib import resources

from alembic import op
from sqlalchemy.engine import Connection


def run(name: str) -> None:
    """Run a file of SQL on the connection of the migration."""
    _execute(op.get_bind(), name)


def fold_anew(projection: str, *tables: str) -> None:
    """Empty a projection whose earlier rows its reads cannot use any more.

    For a migration that cannot fill new columns from the old ones. Until the log has been folded
    again, all questions about the projection are answered by 503 with its progress. Where the rows
    can stay, only the version of the fold rises, and they are read until the new ones are there.
    """
    op.execute(f"TRUNCATE {', '.join(tables)}")
    for table, column in (("progress", "name"), ("quarantine", "projection")):
        op.execute(f"DELETE FROM {table} WHERE {column} = '{projection}'")


def define(function: str) -> None:
    """Write one function as it stands in its file now, on the connection of the migration."""
    _define(op.get_bind(), function)


def define_functions(connection: Connection) -> None:
    """Write every function as it stands in its file now."""
    for function in functions():
        _define(connection, function)


def functions() -> list[str]:
    """Return the names of all functions; a file is named for the function in it."""
    files = resources.files("migrations").joinpath("functions").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files)


def _define(connection: Connection, function: str) -> None:
    # A body may name tables, columns and functions that come later, so the order is free.
    connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
    _execute(connection, f"functions/{function}.sql")


def _execute(connection: Connection, name: str) -> None:
    sql = resources.files("migrations").joinpath(name).read_text()
    connection.exec_driver_sql(sql.replace("%", "%%"))

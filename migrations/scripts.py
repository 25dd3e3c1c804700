"""SQL that migrations run from files beside this one."""

from importlib import resources

from alembic import op


def run(name: str) -> None:
    """Run a file of SQL on the connection of the migration.

    Its functions may speak of columns that only a later migration adds.
    """
    op.execute("SET LOCAL check_function_bodies = off")
    sql = resources.files("migrations").joinpath(name).read_text()
    op.get_bind().exec_driver_sql(sql.replace("%", "%%"))

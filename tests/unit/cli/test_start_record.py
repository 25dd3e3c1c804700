from dataclasses import fields, replace

import pytest

from lrs.cli.start_record import described
from lrs.settings import Settings

PLAIN = Settings()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        (
            "database",
            "postgresql://lrs:hunter2@db.example:5433/store?sslmode=require",
            "host=db.example port=5433 user=lrs dbname=store",
        ),
        (
            "database",
            "postgresql://db.example/store?user=lrs&password=hunter2",
            "host=db.example user=lrs dbname=store",
        ),
        ("database", "", ""),
        ("log", "kafka://a.example:9092,b.example:9092/lrs", "kafka://a.example:9092,b.example:9092/lrs"),
        ("blobs", "s3://key:hunter2@bucket/path?secret=hunter2", "s3://key@bucket/path"),
        ("blobs", "simplecache::s3://key:hunter2@bucket/path", "simplecache::s3://key@bucket/path"),
        ("blobs", "s3://key:hun/ter2@bucket#hunter2", "s3://key@bucket"),
        ("blobs", "/var/lib/ledger", "/var/lib/ledger"),
        ("kafka_security", "/etc/ledger/kafka.properties", "/etc/ledger/kafka.properties"),
        ("cors_origins", frozenset({"https://b.x", "https://a.x"}), ["https://a.x", "https://b.x"]),
        ("port", 8081, 8081),
    ],
)  # fmt: skip
def test_a_setting_is_told_without_its_secrets(name: str, value: object, shown: object) -> None:
    told = described(replace(PLAIN, **{name: value}))  # type: ignore[arg-type]
    assert told[name] == shown
    assert "hunter2" not in str(told)


def test_every_setting_is_told() -> None:
    assert described(PLAIN).keys() == {field.name for field in fields(Settings)}

from pathlib import Path

import pytest

from lrs.errors import HaltError
from lrs.log.kafka.client import Cluster, read_security


def test_a_file_of_settings_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("# who we are\n\n sasl.username = ledger\nsasl.password=a=b#c\n")

    security = read_security(file)

    assert security == {"sasl.username": "ledger", "sasl.password": "a=b#c"}
    settings = Cluster("broker:9092", security).settings({"acks": "all"})
    assert settings == {"acks": "all", "bootstrap.servers": "broker:9092", **security}


@pytest.mark.parametrize("line", ["acks=0", "sasl.username", "=", "bootstrap.servers=other:9092"])
def test_a_setting_that_is_the_stores_decision_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "client.properties"
    file.write_text(f"security.protocol=SSL\n{line}\n")
    with pytest.raises(HaltError, match=r"LRS_KAFKA_SECURITY: .*, line 2: must be name=value"):
        read_security(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HaltError, match=r"LRS_KAFKA_SECURITY: .*nowhere cannot be read"):
        read_security(tmp_path / "nowhere")


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Cluster("broker:9092", {"sasl.password": "secret"}))

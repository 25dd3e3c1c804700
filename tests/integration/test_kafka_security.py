"""A broker that encrypts, and authenticates its clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from broker import Broker, free_ports
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from lrs.errors import HaltError, UnavailableError
from lrs.log.kafka import topic
from lrs.log.port import Message
from lrs.opening import check_topic, create_topic, open_log
from lrs.settings import Settings
from tests.records import kept

SASL_SSL = """
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port,SASL_SSL://127.0.0.1:{port}
advertised.listeners=PLAINTEXT://127.0.0.1:$port,SASL_SSL://127.0.0.1:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location={store}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_ledger="right";
"""


@dataclass(frozen=True)
class Secured:
    """A listener with a password, whose certificate an authority of our own signed."""

    folder: Path
    url: str

    def settings(self, password: str = "right", authority: str = "authority.pem") -> Settings:
        """Return the cluster as a store reaches it."""
        file = self.folder / "client.properties"
        file.write_text(
            "# the settings of a client\n"
            "security.protocol = SASL_SSL\n\n"
            f"ssl.ca.location={self.folder / authority}\n"
            "sasl.mechanism=PLAIN\n"
            f"sasl.username=ledger\nsasl.password={password}\n"
        )
        return Settings(log=self.url, kafka_security=str(file))


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    trustme.CA().cert_pem.write_to_path(str(folder / "another.pem"))
    own = authority.issue_cert("127.0.0.1")
    key = load_pem_private_key(own.private_key_pem.bytes(), None)
    chain = b"".join(part.bytes() for part in own.cert_chain_pems)
    store = folder / "store.pem"
    store.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    port, _ = free_ports()
    broker = Broker(folder / "broker")
    broker.more = SASL_SSL.format(port=port, store=store)
    broker.start()
    yield Secured(folder, f"kafka://127.0.0.1:{port}/secured")
    broker.kill()


def test_a_store_works_on_a_broker_that_encrypts_and_asks_for_a_password(secured: Secured) -> None:
    settings = secured.settings()
    assert create_topic(settings)
    check_topic(settings)
    log = open_log(settings)
    log.append(Message({"ce_id": "kept"}, b"{}"))

    (record,) = kept(log, log.horizon().end)

    assert record.headers["ce_id"] == "kept"
    assert log.identity.split("/")[1] == "secured"
    log.close()


def test_a_wrong_password_stops_the_start_and_is_named(secured: Secured) -> None:
    with pytest.raises(HaltError, match=r"Kafka at 127\.0\.0\.1:\d+ refuses: .*Invalid username"):
        check_topic(secured.settings(password="wrong"))


def test_a_broker_whose_certificate_is_not_trusted_is_not_used(
    secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic, "STARTING", 0.0)
    with pytest.raises(UnavailableError, match="certificate could not be verified"):
        check_topic(secured.settings(authority="another.pem"))


def test_a_setting_that_the_client_does_not_know_stops_the_start(secured: Secured) -> None:
    settings = secured.settings()
    with Path(settings.kafka_security).open("a") as file:
        file.write("ssl.colour=blue\n")
    with pytest.raises(HaltError, match=r"ssl\.colour"):
        check_topic(settings)

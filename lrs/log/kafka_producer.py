"""Append to a topic: many records at once, each with an outcome of its own."""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Receipt

from lrs.errors import LedgerError, TooLargeError, UnavailableError
from lrs.log.kafka_client import PRODUCER, Settings, reason
from lrs.log.port import Message, Outcome

LISTEN: Final = 0.5
"""Seconds after which the listening thread looks whether to end."""

TOO_LARGE: Final = {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE}

logger = logging.getLogger(__name__)


class KafkaProducer:
    """A producer, which threads may share, and the thread that hears what became of records."""

    def __init__(self, bootstrap: str, topic: str, options: Settings) -> None:
        settings = {**PRODUCER, **options, "bootstrap.servers": bootstrap}
        self._topic = topic
        # It gives up by itself after the timeout; a little more is for that.
        self._patience = float(settings["message.timeout.ms"]) / 1000 + 1.0
        self._producer = Producer(settings)
        self._closed = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="kafka-producer", daemon=True)
        self._listener.start()

    @property
    def ended(self) -> bool:
        """Tell whether it is beyond help: the brokers lost records that they had acknowledged."""
        return not self._listener.is_alive()

    def append_all(self, messages: Sequence[Message]) -> list[Outcome]:
        """Append messages and wait until the brokers have them, or have not."""
        if not messages:
            return []
        told: dict[int, Outcome] = {}
        whole = threading.Event()

        def tell(place: int, outcome: Outcome) -> None:
            told[place] = outcome
            if len(told) == len(messages):
                whole.set()

        for place, message in enumerate(messages):
            self._send(message, partial(tell, place))
        whole.wait(self._patience)
        untold = UnavailableError("the append is not confirmed: the log did not answer in time")
        return [told.get(place, untold) for place in range(len(messages))]

    def close(self, patience: float) -> None:
        """Close after `patience` seconds at most; appends that still wait fail."""
        self._producer.flush(patience)
        self._producer.purge()
        self._producer.flush(patience)
        self._closed.set()
        self._listener.join()

    def _send(self, message: Message, tell: Callable[[Outcome], None]) -> None:
        def delivered(error: KafkaError | None, receipt: Receipt) -> None:
            tell(_outcome(error, receipt.offset()))

        headers = dict(message.headers)
        try:
            self._producer.produce(
                self._topic, message.value, partition=0, headers=headers, on_delivery=delivered
            )
        except KafkaException as error:
            tell(_failure(reason(error)))
        except BufferError as error:
            tell(UnavailableError(f"the append is not confirmed: {error}"))

    def _listen(self) -> None:
        try:
            while not self._closed.is_set():
                self._producer.poll(LISTEN)
        except KafkaException as error:
            logger.critical("this producer is given up: %s", reason(error).str())


def _outcome(error: KafkaError | None, offset: int | None) -> Outcome:
    if error is not None:
        return _failure(error)
    if offset is None or offset < 0:
        return UnavailableError("the append is not confirmed: the broker named no position")
    return offset


def _failure(error: KafkaError) -> LedgerError:
    if error.code() in TOO_LARGE:
        return TooLargeError(f"the log takes no record of this size: {error.str()}")
    return UnavailableError(f"the append is not confirmed: {error.str()}")

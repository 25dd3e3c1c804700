"""The product on Kafka starts every time, however its processes are forked."""

import uuid
from pathlib import Path

from tests.product import Product, stored

STARTS = 4


def test_every_start_on_kafka_ends_in_a_product_that_stores(kafka: str, tmp_path: Path) -> None:
    """A worker that inherited locks of a client's threads hung at about every second start."""
    product = Product(tmp_path, {"LRS_LOG": f"kafka://{kafka}/starts-{uuid.uuid4()}"})
    for _ in range(STARTS):
        product.start()
        assert stored(product)
        assert product.stop() == 0

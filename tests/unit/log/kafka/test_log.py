import pytest

from lrs.errors import HaltError
from lrs.log.kafka.log import parse


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("kafka://broker:9092/store", ("broker:9092", "store")),
        ("kafka://a:1,b.example:65535/a.b_c-D", ("a:1,b.example:65535", "a.b_c-D")),
        ("kafka://[::1]:9092/store", ("[::1]:9092", "store")),
    ],
)
def test_a_url_names_brokers_and_topic(url: str, parts: tuple[str, str]) -> None:
    assert parse(url) == parts


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://broker:9092/store", "must begin with kafka://"),
        ("kafka://broker/store", "must be host:port"),
        ("kafka://user:word@broker:9092/store", "must be host:port"),
        ("kafka://a:1,,b:2/store", "must be host:port"),
        ("kafka:///store", "must be host:port"),
        ("kafka://broker:9092", "must be a topic"),
        ("kafka://broker:9092/", "must be a topic"),
        ("kafka://broker:9092/a/b", "must be a topic"),
        ("kafka://broker:9092/..", "must be a topic"),
        ("kafka://broker:9092/store?acks=1", "nothing may follow the topic"),
    ],
)
def test_a_bad_url_is_refused_with_the_rule(url: str, rule: str) -> None:
    with pytest.raises(HaltError, match=rule):
        parse(url)

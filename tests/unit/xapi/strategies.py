"""Valid statements as hypothesis draws them, and ways to break one thing of them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from lrs.xapi.path import Path
from lrs.xapi.version import Version

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
IRIS = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["http", "https", "tag"]),
    st.sampled_from(["example.org", "bücher.example", "[::1]:8080"]),
    st.text(st.sampled_from("abcZ019-._~/?%é日".replace("%", "")), max_size=8),
)
LANGUAGE_MAPS = st.dictionaries(
    st.sampled_from(["en", "fr-CA", "zh-Hant-TW", "es-419", "x-y"]), st.text(max_size=5), max_size=2
)
EXTENSIONS = st.dictionaries(IRIS, JSON, max_size=2)
UUIDS = st.uuids().map(str) | st.uuids().map(lambda uuid: str(uuid).upper())
TIMESTAMPS = st.datetimes(timezones=st.timezones()).map(lambda moment: f"{moment:%Y}") | st.just("")


def some(**properties: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an object with any of these properties."""
    return st.fixed_dictionaries({}, optional=properties)


def agents(**always: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an Agent with one identifier, and these properties."""
    name = {"name": st.text(max_size=5), "objectType": st.just("Agent")}
    return st.one_of(
        st.fixed_dictionaries({**always, **identifier}, optional=name)
        for identifier in _IDENTIFIERS
    )


_IDENTIFIERS: tuple[dict[str, st.SearchStrategy[Any]], ...] = (
    {"mbox": st.sampled_from(["mailto:a@example.org", "mailto:a.b+c@bücher.example"])},
    {"mbox_sha1sum": st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)},
    {"openid": IRIS},
    {"account": st.fixed_dictionaries({"homePage": IRIS, "name": st.text(max_size=5)})},
)

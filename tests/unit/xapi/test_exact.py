import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.xapi.exact import complete, split

RAW = (
    b'{ "actor":{"name":"\\u00e9","mbox":"mailto:a@example.org"},"verb" : {"id":"urn:v"},\n'
    b'"result":{"score":{"raw":1.50,"max":1e2}},"object":{"id":"urn:o"}}'
)


def completed(raw: bytes, additions: Mapping[str, bytes]) -> bytes:
    return complete(raw, json.loads(raw), additions)


def test_a_batch_is_split_into_the_bytes_that_were_sent() -> None:
    assert split(b" [ " + RAW + b" ,\n" + RAW + b" ] ") == [RAW, RAW]


def test_a_single_statement_is_a_batch_of_one() -> None:
    assert split(b"\n " + RAW + b"\r\n") == [RAW]


def test_an_empty_batch_has_no_statements() -> None:
    assert split(b"[]") == []


def test_additions_go_before_the_final_brace_and_touch_nothing_else() -> None:
    whole = completed(RAW, {"id": b'"x"', "version": b'"1.0.0"'})
    assert whole == RAW[:-1] + b',"id":"x","version":"1.0.0"}'


def test_nothing_to_add_leaves_every_byte() -> None:
    assert completed(RAW, {}) == RAW


def test_an_empty_object_takes_additions_without_a_comma() -> None:
    assert completed(b"{ }", {"id": b'"x"'}) == b'{ "id":"x"}'


def test_a_replaced_member_occurs_once_and_the_others_keep_bytes_and_order() -> None:
    raw = RAW.replace(b'"verb"', b'"stored":"then","verb"')
    whole = completed(raw, {"stored": b'"now"'})
    names = [name for name, _ in json.loads(whole, object_pairs_hook=list)]
    assert names == ["actor", "verb", "result", "object", "stored"]
    assert b'"raw":1.50,"max":1e2' in whole
    assert b'"name":"\\u00e9"' in whole
    assert json.loads(whole)["stored"] == "now"


def test_a_member_hidden_by_an_escape_is_replaced_too() -> None:
    whole = completed(b'{"\\u0073tored":"then","verb":{}}', {"stored": b'"now"'})
    assert json.loads(whole, object_pairs_hook=list) == [("verb", []), ("stored", "now")]


def test_a_statement_that_had_only_replaced_members_takes_no_comma() -> None:
    assert completed(b'{"stored":"then"}', {"stored": b'"now"'}) == b'{"stored":"now"}'


@pytest.mark.parametrize("name", [b"contextActivities", b"context\\u0041ctivities"])
@pytest.mark.parametrize("within", [b"%b", b'{"object":{"objectType":"SubStatement","v":1.0,%b'])
def test_a_single_context_activity_becomes_a_list_of_one(name: bytes, within: bytes) -> None:
    inner = b'{"context":{"n":1.50,"%b":{"parent":{"id":"urn:p"},"other":[{"id":"urn:q"}]}}}' % name
    raw = inner if within == b"%b" else within % inner[1:] + b"}"
    expected: Any = json.loads(raw)
    place = expected.get("object", expected)["context"]["contextActivities"]
    place["parent"] = [place["parent"]]
    whole = completed(raw, {"version": b'"1.0.0"'})
    assert json.loads(whole) == {**expected, "version": "1.0.0"}
    assert b'"n":1.50' in whole


def test_an_extension_of_the_same_name_stays_as_it_is() -> None:
    raw = (
        b'{"object":{"id":"urn:o","definition":{"extensions":{"urn:x":'
        b'{"context":{"contextActivities":{"parent":{"id":"urn:p"}}}}}}}}'
    )
    assert completed(raw, {}) == raw


def test_contexts_of_both_levels_are_rewritten_together() -> None:
    context = b'"context":{"contextActivities":{"category":{"id":"urn:c"}}}'
    whole = json.loads(completed(b'{%b,"object":{%b}}' % (context, context), {}))
    listed = {"category": [{"id": "urn:c"}]}
    assert whole["context"]["contextActivities"] == listed
    assert whole["object"]["context"]["contextActivities"] == listed


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(["id", "actor", "stored", "version", "result"]) | _TEXT


@given(
    st.dictionaries(_NAMES.filter(lambda name: name not in {"context", "object"}), _VALUES),
    st.dictionaries(st.sampled_from(["id", "stored", "version"]), _VALUES),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_any_object_is_completed(
    members: dict[str, Any], additions: dict[str, Any], indent: int | None, escaped: bool
) -> None:
    raw = json.dumps(members, indent=indent, ensure_ascii=escaped).encode()
    whole = completed(raw, {name: json.dumps(v).encode() for name, v in additions.items()})
    assert json.loads(whole) == {**members, **additions}
    assert split(b"[%b,\n%b]" % (raw, raw)) == [raw, raw]

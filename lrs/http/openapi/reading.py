"""The OpenAPI document in the order in which a person reads it, for the template of the page."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from lrs.http.openapi.parts import Node

_SCHEMAS: Final = "#/components/schemas/"


def chapters(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template shows: the operations of each tag, and the schemas."""
    rows = list(_operations(told))
    tags = [
        {**tag, "rows": [row for row in rows if tag["name"] in row["tags"]]} for tag in told["tags"]
    ]
    schemas = {
        name: {**node, "rows": _properties(node), "kind": kind(node)}
        for name, node in sorted(told["components"]["schemas"].items())
    }
    return {"tags": tags, "schemas": schemas}


def _operations(told: Mapping[str, Any]) -> Iterator[Node]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield {
                "path": path,
                "method": method.upper(),
                "tags": operation["tags"],
                "anchor": operation.get("operationId", f"{method}{path}"),
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "open": not operation["security"],
                "parameters": [_parameter(told, one) for one in operation.get("parameters", ())],
                "body": _body(operation.get("requestBody")),
                "answers": [_answer(told, *one) for one in operation["responses"].items()],
            }


def _parameter(told: Mapping[str, Any], one: Node) -> Node:
    known = _resolved(told, one)
    return {**known, "kind": kind(known["schema"])}


def _answer(told: Mapping[str, Any], status: str, one: Node) -> Node:
    known = _resolved(told, one)
    return {"status": status, **known, "kinds": _kinds(known)}


def _body(one: Node | None) -> Node | None:
    return None if one is None else {**one, "kinds": _kinds(one)}


def _kinds(one: Node) -> dict[str, str]:
    return {media: kind(body["schema"]) for media, body in one.get("content", {}).items()}


def _properties(node: Node) -> list[Node]:
    required = node.get("required", ())
    return [
        {"name": name, "kind": kind(one), "required": name in required, **one}
        for name, one in node.get("properties", {}).items()
    ]


def _resolved(told: Mapping[str, Any], one: Node) -> Node:
    """Return what a reference names, or the node itself."""
    found: Any = told
    for step in one.get("$ref", "#").split("/")[1:]:
        found = found[step]
    return one if found is told else found


def marked(text: str) -> Markup:
    """Return a text as HTML, what stands in backquotes as code."""
    parts = escape(text).split("`")
    code = [
        Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts)
    ]
    return Markup("").join(code)


def kind(node: Node) -> str:
    """Return the type of a schema in a few words: `list of Agent`, `string (uuid)`, `a or b`."""
    if "$ref" in node:
        return str(node["$ref"]).removeprefix(_SCHEMAS)
    for choice in ("anyOf", "oneOf"):
        if choice in node:
            return " or ".join(kind(one) for one in node[choice])
    if node.get("type") == "array":
        return f"list of {kind(node['items'])}"
    return _simple(node)


def _simple(node: Node) -> str:
    words = [node["const"]] if "const" in node else node.get("enum", ())
    if words:
        return " | ".join(str(word) for word in words)
    types = node.get("type", "anything")
    text = types if isinstance(types, str) else " or ".join(types)
    made = node.get("format") or node.get("contentMediaType")
    return f"{text} ({made})" if made else text

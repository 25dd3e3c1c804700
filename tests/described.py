"""Compares answers with the OpenAPI document of the product that gave them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import requests

Node = dict[str, Any]

DOCUMENT = "urn:openapi"
PROBLEM = ("application/problem+json", "Problem")
ERROR = ("application/json", "Error")


class Description:
    """The document of one product, and what is wrong with an answer by it."""

    def __init__(self, document: Node) -> None:
        self.document = document
        components = document["components"]
        schemas = {name: _closed(node) for name, node in components["schemas"].items()}
        closed = {**document, "components": {**components, "schemas": schemas}}
        self._registry = jsonschema_rs.Registry([(DOCUMENT, closed)])
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._prefix = document["servers"][0]["url"].rstrip("/")

    def faults(self, answer: requests.Response) -> list[str]:
        """Return every way in which the answer is not as described."""
        request = answer.request
        assert request.method is not None
        assert request.url is not None
        address = urlsplit(request.url)
        method = request.method.lower()
        if method == "options" or "method=" in address.query:  # the second is another request
            return []
        path = self._path(address.path)
        described = self._operation(path, method)
        if described is None:
            return self._of_nothing(answer, path)
        responses = described["responses"]
        if str(answer.status_code) not in responses:
            return [f"status {answer.status_code} is not among {', '.join(responses)}"]
        told = self._resolved(responses[str(answer.status_code)])
        return [*self._of_headers(answer, told), *self._of_body(answer, told)]

    def _path(self, sent: str) -> str:
        path = re.sub("/+", "/", f"/{unquote(sent)}/").rstrip("/") or "/"
        inside = self._prefix and f"{path}/".startswith(f"{self._prefix}/")
        return path.removeprefix(self._prefix) or "/" if inside else path

    def _operation(self, path: str, method: str) -> Node | None:
        named = "get" if method == "head" else method
        paths: Node = self.document["paths"]
        fitting = [one for one in paths if _fits(one, path) and named in paths[one]]
        # What is written out goes before what varies, as in routing.
        return paths[min(fitting, key=lambda one: "{" in one)][named] if fitting else None

    def _of_nothing(self, answer: requests.Response, path: str) -> list[str]:
        """Return what is wrong with the answer to a path or method that is none."""
        if not 400 <= answer.status_code < 500:
            return [f"status {answer.status_code} of what is not described"]
        media, name = PROBLEM if f"{path}/".startswith("/api/") else ERROR
        schema = {"$ref": f"#/components/schemas/{name}"}
        return list(self._of_body(answer, {"content": {media: {"schema": schema}}}))

    def _of_headers(self, answer: requests.Response, told: Node) -> Iterator[str]:
        for name, reference in told.get("headers", {}).items():
            header = self._resolved(reference)
            if name not in answer.headers:
                if header["required"]:
                    yield f"the header {name} is missing"
            elif "const" in header["schema"] and answer.headers[name] != header["schema"]["const"]:
                yield f"the header {name} is {answer.headers[name]}"

    def _of_body(self, answer: requests.Response, told: Node) -> Iterator[str]:
        if answer.request.method == "HEAD":
            return
        content: Mapping[str, Node] = told.get("content", {})
        media = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not content:
            if answer.content:
                yield "there is a body"
        elif media in content:
            schema = content[media]["schema"]
            if media.endswith("json") and schema:
                yield from self._of_json(answer, schema)
        elif "*/*" not in content:
            yield f"the media type {media} is not among {', '.join(content)}"

    def _of_json(self, answer: requests.Response, schema: Node) -> Iterator[str]:
        for error in self._validator(schema).iter_errors(answer.json()):
            yield f"{error.instance_path}: {error.message[:500]}"

    def _validator(self, schema: Node) -> jsonschema_rs.Draft202012Validator:
        text = json.dumps(schema).replace('"#/', f'"{DOCUMENT}#/')
        if text not in self._validators:
            self._validators[text] = jsonschema_rs.Draft202012Validator(
                json.loads(text), registry=self._registry, validate_formats=True
            )
        return self._validators[text]

    def _resolved(self, node: Node) -> Node:
        found: Any = self.document
        for step in node.get("$ref", "#").split("/")[1:]:
            found = found[step]
        return node if found is self.document else found


def _fits(template: str, path: str) -> bool:
    parts = re.split(r"\{\w+\}", template)
    return re.fullmatch("[^/]+".join(map(re.escape, parts)), path) is not None


def _closed(node: Any) -> Any:
    """Return a schema under which an object holds what is described and nothing else."""
    if isinstance(node, list):
        return [_closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {name: _closed(one) for name, one in node.items()}
    if isinstance(node.get("properties"), dict):
        inner.setdefault("additionalProperties", False)
    return inner

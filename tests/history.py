"""A small history with every kind of event and order that a projection must handle, on a log."""

import json
import uuid
from hashlib import sha256
from random import Random
from typing import Any

import msgspec

from lrs.events.administration import Administered, Kind
from lrs.events.credentials import (
    CredentialAdded,
    CredentialCarried,
    CredentialChanged,
    CredentialRevoked,
    CredentialRotated,
    Terms,
)
from lrs.events.documents import (
    NEVER,
    DocumentKey,
    DocumentsDeleted,
    DocumentStored,
    DocumentVersion,
)
from lrs.events.envelope import Event, drawn_from, encode
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import SHELL, credential
from lrs.events.statements import AcceptedStatement, StatementsStored
from lrs.log.port import EventLog, Message
from tests.entries import imports
from tests.statements import completed

SENDER = credential("lms")
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


def stored(*statements: dict[str, Any]) -> StatementsStored:
    """Return the event of one request with these statements."""
    accepted = []
    for statement in statements:
        key = str(uuid.UUID(statement.get("id") or str(uuid.uuid4())))
        raw = json.dumps(statement).encode()
        accepted.append(AcceptedStatement(key, sha256(raw).hexdigest(), msgspec.Raw(raw)))
    authority = msgspec.Raw(b'{"objectType":"Agent","mbox":"mailto:lms@example.org"}')
    return StatementsStored(
        tuple(accepted), "1.0.0", "2026-01-02T03:04:05.000006Z", authority, SENDER
    )


def reference(target: str, **changes: Any) -> dict[str, Any]:
    """Return a statement about another statement."""
    return completed(object={"objectType": "StatementRef", "id": target}, **changes)


def described(chance: Random) -> dict[str, Any]:
    """Return a statement that names an agent and defines activities, differently each time."""
    title = {chance.choice(("en", "EN", "fr")): str(chance.randint(1, 3))}
    question = {"interactionType": "true-false", "correctResponsesPattern": ["true"]}
    definition = chance.choice(({"name": title}, {"type": "urn:type", **question}, {**question}))
    activity = {"id": "https://learn.example.org/course/described", "definition": definition}
    parent = {**activity, "definition": {"name": {"en": "parent"}, "extensions": {"urn:x": title}}}
    return completed(
        actor={"mbox": "mailto:amal@example.org", "name": str(chance.randint(1, 3))},
        object=activity,
        context={"contextActivities": {"parent": parent}},
    )


def events(seed: int) -> list[Event]:
    """Return events with voidings before and after their targets, chains, circles and copies."""
    chance = Random(seed)
    ids = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(24)]
    group = {"objectType": "Group", "member": [{"mbox": "mailto:b@example.org"}]}
    made = [
        stored(completed(id=ids[0]), completed(id=ids[1], actor=group)),
        stored(reference(ids[3], id=ids[2])),
        stored(reference(ids[4], verb=VOIDED)),
        stored(completed(id=ids[3]), reference(ids[2], id=ids[5])),
        stored(completed(id=ids[4].upper())),
        stored(reference(ids[0], verb=VOIDED, id=ids[6])),
        stored(reference(ids[6], verb=VOIDED)),
        stored(reference(ids[8], id=ids[7])),
        stored(reference(ids[7], id=ids[8])),
        stored(*(completed(id=key) for key in ids[9:])),
    ]
    made += [stored(*(completed() for _ in range(chance.randint(1, 40)))) for _ in range(8)]
    made += [stored(*(described(chance) for _ in range(3))) for _ in range(12)]
    copies: list[Event] = [made[0], made[3], made[9]]
    history: list[Event] = [*made, *copies]
    first = history[0]
    rest = history[1:]
    chance.shuffle(rest)
    return [first, *rest]


def fill(log: EventLog, seed: int = 1) -> int:
    """Append the history, some of it twice under one event id; return the end of the log."""
    for number, event in enumerate(events(seed)):
        message = Message(*encode(event))
        for _ in range(2 if number % 5 == 0 else 1):
            log.append(message)
    write_documents(log, Random(seed))
    administer(log, Random(seed))
    write_credentials(log, Random(seed))
    record_entries(log, Random(seed))
    return log.horizon().end


def record_entries(log: EventLog, chance: Random) -> None:
    """Append entries of registers, some of them twice under one event id."""
    for number, event in enumerate(imports(chance, 30)):
        message = Message(*encode(event))
        for _ in range(2 if number % 9 == 0 else 1):
            log.append(message)


def write_credentials(log: EventLog, chance: Random) -> None:
    """Append what becomes of credentials, some of it twice under one event id."""
    terms = Terms(("all", "define"), ("officer:DOS",), "P-1", ('a"b', "c\\d,"), "é", 7)
    made: list[Event] = [
        CredentialCarried("old", Terms(("state",)), 3, SENDER),
        CredentialAdded("lms", terms, "00ff", SENDER),
        CredentialRotated("lms", None, 9, SENDER),
        CredentialChanged("lms", Terms(("define",)), SENDER),
        CredentialRotated("lms", "01", None, SENDER),
        CredentialRevoked("old", SENDER),
    ]
    messages = [Message(*encode(event)) for event in made]
    messages += messages[:3]
    chance.shuffle(messages)
    for message in messages:
        log.append(message)


def write_documents(log: EventLog, chance: Random) -> None:
    """Append changes of documents decided on old and new versions, some of them twice."""
    scope = {"activityId": "http://example.org/a", "agent": "mbox:mailto:amal@example.org"}
    registered = scope | {"registration": "5f0c2d2e-9d3b-4a7e-8f59-0f6f3f3f1c11"}
    keys = [DocumentKey("activities/state", each, "\x00é") for each in (scope, registered)]
    bases = [NEVER]
    for number in range(60):
        write = str(uuid.UUID(int=number, version=4))
        base = chance.choice(bases[-3:])
        event: Event = DocumentStored(
            keys[number % 2], base, write, "image/x", b"\x00" * number, SENDER
        )
        if number % 7 == 0:
            event = DocumentsDeleted(
                tuple(DocumentVersion(key, base) for key in keys), write, SENDER
            )
        for _ in range(2 if number % 5 == 0 else 1):
            bases.append(log.append(Message(*encode(event))))


def administer(log: EventLog, chance: Random) -> None:
    """Append deeds and reads of named data, some of them twice under one id."""
    for number in range(8):
        kind = chance.choice(list(Kind))
        deed = Administered(kind, SHELL, {"projection": "completions", "records": number})
        asked = NamedDataRead("/api/v1/completions", credential("hr"), {"agent": "00"}, number)
        for event in (deed, asked):
            message = Message(*encode(event, drawn_from(type(event).__name__, str(number % 5))))
            for _ in range(chance.choice((1, 2))):
                log.append(message)

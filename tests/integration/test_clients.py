"""Two clients written elsewhere post and read: `tincan` for Python, `@xapi/xapi` for Node."""

import json
import os
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any, Protocol

import pytest
from tincan import (
    Activity,
    ActivityDefinition,
    Agent,
    AgentAccount,
    Context,
    LanguageMap,
    RemoteLRS,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
)

from tests.backends import missing
from tests.waiting import until

NPM = Path(__file__).parent / "npm"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class Server(Protocol):
    """A running server, as the fixture `server` gives it."""

    @property
    def endpoint(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def secret(self) -> str: ...


@pytest.fixture
def remote(server: Server) -> RemoteLRS:
    return RemoteLRS(
        endpoint=f"{server.endpoint}/", version="1.0.3", username=server.key, password=server.secret
    )


@pytest.fixture
def person() -> Agent:
    account = AgentAccount(home_page="https://people.example.int", name=str(uuid.uuid4()))
    return Agent(name="Aïssatou N'Diaye", account=account)


def statement(person: Agent, registration: uuid.UUID, page: int) -> Statement:
    return Statement(
        actor=person,
        verb=Verb(id=COMPLETED, display=LanguageMap({"en": "completed", "ar": "أكمل"})),
        object=Activity(
            id=f"https://learn.example.int/page/{page}",
            definition=ActivityDefinition(name=LanguageMap({"fr": f"Page nº {page}"})),
        ),
        result=Result(score=Score(scaled=0.75, raw=45.5, min=0, max=60), completion=True),
        context=Context(registration=registration, language="fr"),
    )


def ids(result: Any) -> list[str]:
    return [str(each.id) for each in result.content.statements]


def accepted(response: Any) -> Any:
    assert response.success, response.data
    return response


def test_tincan_reads_back_by_id_what_it_posted(remote: RemoteLRS, person: Agent) -> None:
    sent = statement(person, uuid.uuid4(), 1)
    accepted(remote.save_statement(sent))
    assert sent.id is not None
    read = accepted(remote.retrieve_statement(sent.id)).content
    assert read.id == sent.id
    assert read.actor.account.name == person.account.name
    assert read.actor.name == "Aïssatou N'Diaye"
    assert read.object.definition.name["fr"] == "Page nº 1"
    assert (read.result.score.scaled, read.result.score.raw) == (0.75, 45.5)
    assert read.context.registration == sent.context.registration
    assert read.stored is not None
    assert read.authority is not None


def test_tincan_puts_a_statement_under_its_own_id_twice(remote: RemoteLRS, person: Agent) -> None:
    sent = statement(person, uuid.uuid4(), 1)
    sent.id = uuid.uuid4()
    accepted(remote.save_statement(sent))
    accepted(remote.save_statement(sent))
    assert accepted(remote.retrieve_statement(sent.id)).content.id == sent.id


def test_tincan_gets_409_for_another_statement_under_the_same_id(
    remote: RemoteLRS, person: Agent
) -> None:
    sent = statement(person, uuid.uuid4(), 1)
    sent.id = uuid.uuid4()
    accepted(remote.save_statement(sent))
    sent.object.id = "https://learn.example.int/page/2"
    refused = remote.save_statement(sent)
    assert (refused.success, refused.response.status) == (False, 409)


def test_tincan_pages_through_what_it_posted_in_a_batch(remote: RemoteLRS, person: Agent) -> None:
    registration = uuid.uuid4()
    batch = [statement(person, registration, page) for page in range(5)]
    sent = [str(each.id) for each in accepted(remote.save_statements(batch)).content]
    # As text: the client would write True where the standard wants true.
    query = {"agent": person, "registration": registration, "ascending": "true"}
    until(lambda: accepted(remote.query_statements(query)), lambda found: len(ids(found)) == 5)
    page = accepted(remote.query_statements({**query, "limit": 2}))
    read = ids(page)
    while page.content.more:
        page = accepted(remote.more_statements(page.content))
        read += ids(page)
    assert read == sent


def test_tincan_finds_by_verb_and_activity(remote: RemoteLRS, person: Agent) -> None:
    registration = uuid.uuid4()
    wanted = statement(person, registration, 1)
    other = statement(person, registration, 2)
    accepted(remote.save_statements([wanted, other]))
    query = {"verb": wanted.verb, "activity": wanted.object, "registration": registration}
    found = until(lambda: accepted(remote.query_statements(query)), lambda got: bool(ids(got)))
    assert ids(found) == [str(wanted.id)]


def test_tincan_voids_a_statement_and_reads_it_as_voided(remote: RemoteLRS, person: Agent) -> None:
    sent = statement(person, uuid.uuid4(), 1)
    accepted(remote.save_statement(sent))
    void = Statement(actor=person, verb=Verb(id=VOIDED), object=StatementRef(id=sent.id))
    accepted(remote.save_statement(void))
    gone = until(lambda: remote.retrieve_statement(sent.id), lambda found: not found.success)
    assert gone.response.status == 404
    assert accepted(remote.retrieve_voided_statement(sent.id)).content.id == sent.id


def test_tincan_with_a_wrong_secret_is_refused(server: Server, person: Agent) -> None:
    stranger = RemoteLRS(
        endpoint=f"{server.endpoint}/", version="1.0.3", username=server.key, password="wrong"
    )
    refused = stranger.save_statement(statement(person, uuid.uuid4(), 1))
    assert (refused.success, refused.response.status) == (False, 401)


@pytest.fixture(scope="session")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside its installed packages, the versions those of the lock file."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        missing("no node and npm on the path")
    home = tmp_path_factory.mktemp("npm") / "client"
    shutil.copytree(NPM, home, ignore=shutil.ignore_patterns("node_modules"))
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        missing(f"npm could not install the client: {done.stderr[-500:]}")
    return home / "client.cjs"


def test_xapi_js_posts_pages_voids_and_is_told_what_is_wrong(
    server: Server, node_client: Path
) -> None:
    settings = {
        "LRS_ENDPOINT": server.endpoint,
        "LRS_KEY": server.key,
        "LRS_SECRET": server.secret,
        "LRS_PERSON": str(uuid.uuid4()),
    }
    done = subprocess.run(
        ["node", str(node_client)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    first, second, third = saw["sent"]
    assert saw["single"] == saw["again"] == [first]
    assert saw["batch"] == [second, third]
    assert saw["stored"]["id"] == first
    assert saw["stored"]["object"]["definition"]["name"]["zh"] == "第1页"
    assert saw["stored"]["actor"]["name"] == "欧阳 思雨"
    assert saw["stored"]["result"] == {
        "score": {"scaled": 0.5, "raw": 12.5},
        "duration": "PT1M30.5S",
    }
    assert saw["first"] == [first, second]
    assert saw["next"] == [third]
    assert not saw["end"]
    # What voids a statement that meets a filter is still listed (Communication 2.1.4).
    assert saw["left"] == [saw["voiding"], third, second]
    assert saw["voided"] == first
    assert (saw["gone"], saw["conflict"], saw["invalid"]) == (404, 409, 400)

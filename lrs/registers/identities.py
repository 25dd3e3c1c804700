"""The register of identities: by which names of xAPI the platforms know a person."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Text
from lrs.registers.form.keys import Identity
from lrs.registers.form.register import Attributes, Register, Rejected


class Link(Attributes):
    """Whose identity this is."""

    person = Text(
        "Person", "The person whose identity this is.", among=Reference("people"), required=True
    )


IDENTITIES: Final = Register(
    name="identities",
    title="Identities",
    meaning="Which person is meant by an identity of statements.",
    key=Identity("An inverse functional identifier: mbox, mbox_sha1sum, openid or account."),
    schema=Link,
    personal=True,
    accepted={
        "key": {"account": {"homePage": "https://lms.example.org", "name": "4711"}},
        "attributes": {"person": "p1"},
    },
    rejected=Rejected({"key": {"name": "Ann"}, "attributes": {"person": "p1"}}, "key"),
)

"""A small international organization: people, their officers, entities and duty stations."""

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Final

from lrs.demo.names import full_name, languages
from lrs.demo.story import JSON, Story

PEOPLE: Final = "https://people.example.int"
OFFICIAL_LANGUAGES: Final = ("en", "fr", "es", "ru", "ar", "zh")
SATURDAY_SUNDAY: Final = (5, 6)
FRIDAY_SATURDAY: Final = (4, 5)


@dataclass(frozen=True)
class Station:
    """A duty station: its time of day, its weekend, and the languages spoken around it.

    The offset is the standard one all year. Rules of daylight saving differ between releases of
    the zone database, and a second run on another machine must post equal statements.
    """

    name: str
    kind: str
    minutes: int
    weekend: tuple[int, int]
    languages: str
    weight: int

    @property
    def zone(self) -> timezone:
        """The fixed offset from UTC."""
        return timezone(timedelta(minutes=self.minutes))


@dataclass(frozen=True)
class Person:
    """Someone who learns: known to every platform by the same account."""

    number: int
    name: str
    language: str
    station: Station
    entity: str
    category: str
    zeal: float
    officer: int | None

    @property
    def actor(self) -> JSON:
        """The Agent: account and name; personal attributes belong to registers, not here."""
        return {"objectType": "Agent", "name": self.name, **identity(self.number)}


STATIONS: Final = (
    Station("New York", "headquarters", -300, SATURDAY_SUNDAY, "en es fr zh", 20),
    Station("Geneva", "headquarters", 60, SATURDAY_SUNDAY, "fr en ru ar de", 14),
    Station("Vienna", "headquarters", 60, SATURDAY_SUNDAY, "de en ru", 6),
    Station("Nairobi", "headquarters", 180, SATURDAY_SUNDAY, "sw en am", 9),
    Station("Addis Ababa", "regional", 180, SATURDAY_SUNDAY, "am en ar", 5),
    Station("Bangkok", "regional", 420, SATURDAY_SUNDAY, "th en vi zh ko", 5),
    Station("Beirut", "regional", 120, SATURDAY_SUNDAY, "ar fr", 4),
    Station("Santiago", "regional", -240, SATURDAY_SUNDAY, "es en", 4),
    Station("Baghdad", "field", 180, FRIDAY_SATURDAY, "ar en", 4),
    Station("Juba", "field", 120, SATURDAY_SUNDAY, "en ar sw", 7),
    Station("Goma", "field", 120, SATURDAY_SUNDAY, "fr sw", 6),
    Station("Bangui", "field", 60, SATURDAY_SUNDAY, "fr", 5),
    Station("Kabul", "field", 270, FRIDAY_SATURDAY, "fa en", 3),
    Station("Kathmandu", "field", 345, SATURDAY_SUNDAY, "ne hi en", 2),
    Station("New Delhi", "field", 330, SATURDAY_SUNDAY, "hi en", 2),
    Station("Port-au-Prince", "field", -300, SATURDAY_SUNDAY, "fr es", 2),
    Station("Tbilisi", "field", 240, SATURDAY_SUNDAY, "ka ru en", 1),
    Station("Entebbe", "support", 180, SATURDAY_SUNDAY, "en sw fr", 4),
)
ENTITIES: Final = ("DGC", "DMSPC", "DOS", "DPO", "DPPA", "DESA", "OCHA", "OHCHR", "UNCTAD", "UNEP")
_CATEGORIES: Final = {
    "Professional": 38,
    "General Service": 33,
    "Field Service": 12,
    "National": 17,
}
_SPAN: Final = 8  # people who report to one officer


def identity(number: int) -> JSON:
    """The account that identifies a person."""
    return {"account": {"homePage": PEOPLE, "name": f"{100_000 + number * 37}"}}


def organization(size: int, story: Story) -> tuple[Person, ...]:
    """So many people; every eighth is the first reporting officer of the seven that follow."""
    return tuple(_person(number, story.part(f"person/{number}")) for number in range(size))


def _person(number: int, story: Story) -> Person:
    chance = story.chance
    station = chance.choices(STATIONS, [place.weight for place in STATIONS])[0]
    local = station.languages.split() if chance.random() < 0.7 else languages()
    language = chance.choice(local)
    officer = number // _SPAN * _SPAN
    return Person(
        number=number,
        name=full_name(language, chance),
        language=language if language in OFFICIAL_LANGUAGES else chance.choice(("en", "en", "fr")),
        station=station,
        entity=chance.choice(ENTITIES),
        category=chance.choices(list(_CATEGORIES), list(_CATEGORIES.values()))[0],
        zeal=min(3.0, chance.lognormvariate(-0.12, 0.5)),
        officer=None if officer == number else officer,
    )

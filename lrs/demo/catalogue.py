"""What can be learned: mandatory and elective courses, classroom programmes, videos."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final, Literal

from lrs.demo.story import JSON, activity

Mode = Literal["moodle", "cmi5", "classroom"]

_HOST: Final[dict[str, str]] = {
    "moodle": "https://learn.example.int/course/view.php?id=",
    "cmi5": "https://lms.example.int/course/",
    "classroom": "https://events.example.int/programme/",
}
COURSE_TYPE: Final[dict[str, str]] = {
    "moodle": "http://id.tincanapi.com/activitytype/lms/course",
    "cmi5": "https://w3id.org/xapi/cmi5/activitytype/course",
    "classroom": "http://adlnet.gov/expapi/activities/course",
}


@dataclass(frozen=True)
class Course:
    """A course on the one platform that offers it; `due` is the day a mandatory one falls due."""

    key: str
    mode: Mode
    title: dict[str, str]
    hours: float
    due: tuple[int, int] | None = None
    assessed: bool = False

    @property
    def iri(self) -> str:
        """The id by which every platform and every later report refers to the course."""
        return _HOST[self.mode] + self.key

    @property
    def activity(self) -> JSON:
        """The course as its platform describes it."""
        return activity(self.iri, COURSE_TYPE[self.mode], self.title)

    def language_for(self, language: str) -> str:
        """The language in which a person takes the course: their own if offered, else the first."""
        return language if language in self.title else next(iter(self.title))

    def due_in(self, year: int) -> date | None:
        """The day by which a mandatory course must be completed."""
        return date(year, *self.due) if self.due else None


@dataclass(frozen=True)
class Video:
    """A video: `seconds` long."""

    key: str
    title: dict[str, str]
    seconds: float

    @property
    def iri(self) -> str:
        """The id of the video."""
        return f"https://media.example.int/video/{self.key}"


MANDATORY: Final = (
    Course(
        "information-security",
        "cmi5",
        {
            "en": "Information Security Awareness",
            "fr": "Sensibilisation à la sécurité de l'information",
            "es": "Concienciación sobre la seguridad de la información",
            "ru": "Осведомлённость в вопросах информационной безопасности",
            "ar": "التوعية بأمن المعلومات",
            "zh": "信息安全意识",
        },
        1.5,
        due=(6, 30),
    ),
    Course(
        "fraud-prevention",
        "cmi5",
        {
            "en": "Preventing Fraud and Corruption",
            "fr": "Prévention de la fraude et de la corruption",
            "es": "Prevención del fraude y la corrupción",
            "ru": "Предотвращение мошенничества и коррупции",
            "ar": "منع الغش والفساد",
            "zh": "防止欺诈和腐败",
        },
        2.0,
        due=(3, 31),
    ),
    Course(
        "ethics-and-integrity",
        "cmi5",
        {
            "en": "Ethics and Integrity",
            "fr": "Déontologie et intégrité",
            "es": "Ética e integridad",
            "ar": "الأخلاقيات والنزاهة",
        },
        2.0,
        due=(9, 30),
    ),
    Course(
        "prevention-of-sexual-exploitation-and-abuse",
        "cmi5",
        {
            "en": "Prevention of Sexual Exploitation and Abuse",
            "fr": "Prévention de l'exploitation et des atteintes sexuelles",
            "es": "Prevención de la explotación y los abusos sexuales",
            "ru": "Предотвращение сексуальной эксплуатации и надругательств",
        },
        1.25,
        due=(10, 31),
    ),
    Course(
        "united-to-respect",
        "cmi5",
        {"en": "United to Respect: Preventing Harassment", "fr": "Unis dans le respect"},
        1.0,
        due=(11, 30),
    ),
    Course(
        "safety-and-security",
        "cmi5",
        {
            "en": "BSAFE: Safety and Security",
            "fr": "BSAFE : sûreté et sécurité",
            "zh": "安全与安保",
        },
        3.0,
        due=(5, 31),
    ),
)
ELECTIVE: Final = (
    Course(
        "101", "moodle", {"en": "Supply Chain Fundamentals", "fr": "La chaîne"}, 12, assessed=True
    ),
    Course(
        "102", "moodle", {"en": "Data Analytics for Decisions", "es": "Análisis"}, 16, assessed=True
    ),
    Course("103", "moodle", {"fr": "Rédaction administrative", "en": "Drafting"}, 8),
    Course("104", "moodle", {"en": "Programme Management", "ru": "Управление программами"}, 20),
    Course("105", "moodle", {"en": "Gender Equality: I Know Gender", "ar": "أعرف النوع"}, 4),
    Course("106", "moodle", {"zh": "联合国语文中文二级", "en": "Chinese, UN Level II"}, 40),
    Course("accessible-documents", "cmi5", {"en": "Accessible Documents"}, 1.0),
    Course("enterprise-risk", "cmi5", {"en": "Enterprise Risk", "es": "Riesgo"}, 2.5),
)
CLASSROOM: Final = (
    Course("leadership", "classroom", {"en": "Leading Teams", "fr": "Diriger"}, 14, assessed=True),
    Course("field-security", "classroom", {"en": "Safe and Secure Approaches in the Field"}, 21),
    Course("first-aid", "classroom", {"en": "First Aid", "fr": "Premiers secours"}, 6),
    Course("mediation", "classroom", {"en": "Mediation and Dialogue", "es": "Mediación"}, 12),
    Course("results", "classroom", {"en": "Results-based Management"}, 7, assessed=True),
)
VIDEOS: Final = (
    Video("welcome", {"en": "Welcome to the Organization", "fr": "Bienvenue"}, 312.48),
    Video("phishing", {"en": "Spot the Phish", "es": "Detecte el engaño"}, 184.2),
    Video("dashboards", {"en": "Building a Dashboard in Ten Minutes"}, 641.96),
    Video("feedback", {"en": "Giving Feedback that Helps", "ru": "Обратная связь"}, 498.0),
    Video("inclusion", {"en": "Inclusive Meetings", "ar": "اجتماعات شاملة"}, 275.36),
    Video(
        "procurement", {"fr": "Les achats, pas à pas", "en": "Procurement, Step by Step"}, 903.72
    ),
)


@dataclass(frozen=True)
class Question:
    """A test item: its interaction, the right response, and how a wrong one is drawn."""

    key: str
    definition: JSON
    correct: str
    wrong: tuple[str, ...]

    def response(self, *, right: bool, chance: Random) -> str:
        """A right or a wrong answer in the syntax of its interaction type (xAPI Data 2.4.4.1)."""
        return self.correct if right else chance.choice(self.wrong)


def _parts(*texts: str) -> list[JSON]:
    return [{"id": text, "description": {"en": text.replace("-", " ")}} for text in texts]


QUESTIONS: Final = (
    Question(
        "first-step",
        {"interactionType": "choice", "choices": _parts("report", "wait", "ask-a-colleague")},
        "report",
        ("wait", "ask-a-colleague"),
    ),
    Question("always-applies", {"interactionType": "true-false"}, "true", ("false",)),
    Question(
        "steps-in-order",
        {"interactionType": "sequencing", "choices": _parts("plan", "buy", "review")},
        "plan[,]buy[,]review",
        ("buy[,]plan[,]review", "review[,]plan[,]buy"),
    ),
    Question(
        "who-decides",
        {
            "interactionType": "matching",
            "source": _parts("budget", "content"),
            "target": _parts("manager", "expert"),
        },
        "budget[.]manager[,]content[.]expert",
        ("budget[.]expert[,]content[.]manager",),
    ),
    Question("safety-stock", {"interactionType": "numeric"}, "12.50", ("11", "125", "0.125")),
    Question("term", {"interactionType": "fill-in"}, "lead time", ("delay", "temps d'attente")),
    Question(
        "confidence",
        {"interactionType": "likert", "scale": _parts("low", "medium", "high")},
        "high",
        ("low", "medium"),
    ),
)

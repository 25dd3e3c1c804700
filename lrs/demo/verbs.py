"""The published verbs the platforms use, with what they display."""

from typing import Final

ADL: Final = "http://adlnet.gov/expapi/verbs/"
CMI5: Final = "https://w3id.org/xapi/adl/verbs/"
VIDEO: Final = "https://w3id.org/xapi/video/verbs/"
TINCAN: Final = "http://id.tincanapi.com/verb/"
STREAMS: Final = "http://activitystrea.ms/"
TLA: Final = "https://w3id.org/xapi/tla/verbs/"
ACROSSX: Final = "https://w3id.org/xapi/acrossx/verbs/"

_DISPLAY: Final[dict[str, dict[str, str]]] = {
    ADL + "answered": {"en": "answered", "fr": "a répondu à", "es": "respondió", "ru": "ответил"},
    ADL + "attended": {"en": "attended", "fr": "a suivi", "es": "asistió a", "ar": "حضر"},
    ADL + "commented": {"en": "commented", "fr": "a commenté", "es": "comentó"},
    ADL + "completed": {
        "en": "completed",
        "fr": "a terminé",
        "es": "completó",
        "ru": "завершил",
        "ar": "أكمل",
        "zh": "完成",
    },
    ADL + "failed": {"en": "failed", "fr": "a échoué à", "es": "no aprobó", "zh": "未通过"},
    ADL + "initialized": {"en": "initialized", "fr": "a initialisé"},
    ADL + "launched": {"en": "launched", "fr": "a lancé"},
    ADL + "passed": {"en": "passed", "fr": "a réussi", "es": "aprobó", "ar": "اجتاز", "zh": "通过"},
    ADL + "registered": {"en": "registered", "fr": "s'est inscrit à", "es": "se inscribió en"},
    ADL + "scored": {"en": "scored", "fr": "a obtenu"},
    ADL + "terminated": {"en": "terminated", "fr": "a quitté"},
    ADL + "voided": {"en-US": "voided"},
    CMI5 + "abandoned": {"en": "abandoned", "fr": "a abandonné"},
    CMI5 + "satisfied": {"en": "satisfied", "fr": "a satisfait à"},
    CMI5 + "waived": {"en": "waived", "fr": "a été dispensé de"},
    VIDEO + "played": {"en": "played"},
    VIDEO + "paused": {"en": "paused"},
    VIDEO + "seeked": {"en": "seeked"},
    TINCAN + "viewed": {"en": "viewed", "fr": "a consulté", "es": "vio"},
    TINCAN + "replied": {"en": "replied", "fr": "a répondu"},
    TINCAN + "mentored": {"en": "mentored", "fr": "a accompagné"},
    TINCAN + "earned": {"en": "earned", "fr": "a obtenu"},
    STREAMS + "start": {"en": "started", "fr": "a commencé", "es": "comenzó"},
    TLA + "planned": {"en": "planned", "fr": "a planifié"},
    TLA + "approved": {"en": "approved", "fr": "a approuvé"},
    TLA + "achieved": {"en": "achieved", "fr": "a atteint"},
    TLA + "certified": {"en": "certified", "fr": "a été certifié"},
    TLA + "verified": {"en": "verified", "fr": "a vérifié"},
    ACROSSX + "reported": {"en": "reported", "fr": "a rendu compte de"},
    ACROSSX + "evaluated": {"en": "evaluated", "fr": "a évalué"},
}


def verb(iri: str, language: str = "en") -> dict[str, object]:
    """The verb, displayed in English and in the language of the platform."""
    display = _DISPLAY[iri]
    shown = {tag: text for tag, text in display.items() if tag in {language, "en", "en-US"}}
    return {"id": iri, "display": shown}

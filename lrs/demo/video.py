"""A video player that reports by the xAPI Video Profile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lrs.demo.catalogue import Video
from lrs.demo.organization import Person
from lrs.demo.story import JSON, Happening, Story, Telling, activity, duration
from lrs.demo.verbs import ADL, VIDEO, verb

PLATFORM: Final = "video"
_PROFILE: Final = "https://w3id.org/xapi/video"
_EXTENSION: Final = f"{_PROFILE}/extensions/"
_THRESHOLD: Final = 0.95


@dataclass(frozen=True)
class Viewing:
    """One person watching one video: one session of the player."""

    story: Story
    person: Person
    video: Video

    def tell(self, at: datetime, name: str, iri: str, result: JSON) -> Happening:
        """A statement of the player; name and IRI of the verb, and what had been played."""
        shown = self.person.language if self.person.language in self.video.title else "en"
        extensions: JSON = {
            "session-id": self.story.uuid("session"),
            "length": self.video.seconds,
            "completion-threshold": _THRESHOLD,
            "cc-subtitle-enabled": shown != self.person.language,
            "volume": 0.85,
            "speed": "1.25x" if self.person.number % 5 == 0 else "1x",
        }
        context = {
            "language": shown,
            "platform": "Media portal",
            "contextActivities": {"category": [{"id": _PROFILE}]},
            "extensions": {_EXTENSION + key: value for key, value in extensions.items()},
        }
        kind = f"{_PROFILE}/activity-type/video"
        parts = {
            "actor": self.person.actor,
            "verb": verb(iri),
            "object": activity(self.video.iri, kind, self.video.title),
            "context": context,
            **({"result": result} if result else {}),
        }
        return self.story.tell(PLATFORM, at, name, parts)


class _Playhead:
    """Where the player is, and which stretches it has played."""

    def __init__(self, length: float) -> None:
        self.time = 0.0
        self._length = length
        self._played: list[tuple[float, float]] = []

    def play_to(self, time: float) -> timedelta:
        """Play on to this second; return how long that took."""
        played = time - self.time
        self._played.append((self.time, time))
        self.time = time
        return timedelta(seconds=round(played, 3))

    def progress(self) -> float:
        """The share of the video that was played at least once."""
        reached = covered = 0.0
        for start, end in sorted(self._played):
            covered += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        return min(1.0, round(covered / self._length, 3))

    def extensions(self) -> JSON:
        """Time, progress and played segments as the profile writes them."""
        segments = "[,]".join(f"{start:g}[.]{end:g}" for start, end in self._played)
        values = {"time": self.time, "progress": self.progress(), "played-segments": segments}
        return {_EXTENSION + key: value for key, value in values.items()}


def session(viewing: Viewing, at: datetime) -> Telling:
    """Initialized, played with pauses and jumps, completed by those who stay, terminated."""
    chance, length = viewing.story.chance, viewing.video.seconds
    head, began = _Playhead(length), at
    yield viewing.tell(at, "initialized", ADL + "initialized", {})
    stops = sorted(
        round(length * chance.uniform(0.05, 0.9), 2) for _ in range(chance.randint(0, 3))
    )
    stays = chance.random() < 0.55 + 0.1 * viewing.person.zeal
    for number, stop in enumerate([*stops, length] if stays else stops):
        at += timedelta(milliseconds=chance.randrange(400, 9000))
        played = {"extensions": {_EXTENSION + "time": head.time}}
        yield viewing.tell(at, f"played/{number}", VIDEO + "played", played)
        at += head.play_to(stop)
        paused = {"extensions": head.extensions()}
        yield viewing.tell(at, f"paused/{number}", VIDEO + "paused", paused)
        if stop < length and chance.random() < 0.3:
            back = round(max(0.0, stop - chance.uniform(5, 30)), 2)
            jump = {_EXTENSION + "time-from": stop, _EXTENSION + "time-to": back}
            at += timedelta(milliseconds=chance.randrange(200, 1500))
            yield viewing.tell(at, f"seeked/{number}", VIDEO + "seeked", {"extensions": jump})
            head.time = back
    if head.progress() >= _THRESHOLD:
        at += timedelta(milliseconds=5)
        done = {
            "extensions": head.extensions(),
            "completion": True,
            "duration": duration(at - began),
        }
        yield viewing.tell(at, "completed", ADL + "completed", done)
    at += timedelta(milliseconds=chance.randrange(100, 60_000))
    left = {"extensions": head.extensions(), "duration": duration(at - began)}
    yield viewing.tell(at, "terminated", ADL + "terminated", left)

"""When people learn: seasons, weekdays and office hours of their duty station."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from lrs.demo.organization import Person, Station

# January to December: campaigns in spring and autumn, empty offices in July, August, December
_SEASON: Final = (0.9, 1.2, 1.4, 1.1, 1.1, 0.9, 0.5, 0.45, 1.2, 1.4, 1.2, 0.55)
# 08:00 to 18:00, with a dip at lunch; a few learn in the evening
_HOURS: Final = dict(zip(range(7, 21), (1, 5, 9, 10, 8, 4, 4, 8, 9, 7, 4, 1, 1, 1), strict=True))
_FIXED_HOLIDAYS: Final = {(1, 1), (5, 1), (12, 25), (12, 31)}


def seasonal_day(year: int, chance: Random) -> date:
    """A day of the year, more often in the busy months."""
    month = chance.choices(range(1, 13), _SEASON)[0]
    return date(year, month, 1) + timedelta(days=chance.randrange(28))


def workday(day: date, station: Station) -> date:
    """The day itself, or one soon after on which the station's offices are open."""
    while day.weekday() in station.weekend or (day.month, day.day) in _FIXED_HOLIDAYS:
        # Not simply the next day: then all that falls on a weekend would be done on the first
        # workday after it.
        day += timedelta(days=1 + day.day % 5)
    return day


def moment(day: date, person: Person, chance: Random) -> datetime:
    """A moment in office hours of the person's station, on that day or a workday soon after.

    To the second: some platforms keep no fractions, and none may report before its journey starts.
    """
    hour = chance.choices(list(_HOURS), list(_HOURS.values()))[0]
    clock = time(hour, chance.randrange(60), chance.randrange(60))
    return datetime.combine(workday(day, person.station), clock, person.station.zone)


def later(at: datetime, days: float, person: Person, chance: Random) -> datetime:
    """A moment about so many days after; at least the next day, so never before `at`."""
    local = at.astimezone(person.station.zone).date()
    return moment(local + timedelta(days=max(1, round(days))), person, chance)


def minutes(least: float, most: float, chance: Random) -> timedelta:
    """A stretch of time, to the millisecond."""
    return timedelta(milliseconds=round(chance.uniform(least, most) * 60_000))

"""The versions of the standard that statements may follow."""

from enum import StrEnum


class Version(StrEnum):
    """A version of xAPI: the latest patch of each one supported."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"

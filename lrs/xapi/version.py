"""The versions of the standard that statements may follow."""

from enum import StrEnum


class Version(StrEnum):
    """A supported version of xAPI, named by its latest patch."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"

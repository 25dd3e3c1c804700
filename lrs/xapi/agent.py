"""Who an Agent or Group is: the Inverse Functional Identifier as one comparable string."""

from collections.abc import Mapping, Sequence
from typing import Any

_MAILTO = "mailto:"


def identity(agent: Mapping[str, Any]) -> str | None:
    """Return the key of an Agent or identified Group; None for an anonymous Group.

    Two actors are the same exactly when their keys are equal: names never count. Each key begins
    with the property that identifies, and an account carries the length of its homePage, so no
    choice of `name` and `homePage` can imitate another account.
    """
    if (mbox := agent.get("mbox")) is not None:
        return "mbox:" + mailto(mbox)
    if (account := agent.get("account")) is not None:
        home = account["homePage"]
        return f"account:{len(home)}:{home}:{account['name']}"
    if (sha1sum := agent.get("mbox_sha1sum")) is not None:
        return f"mbox_sha1sum:{sha1sum.lower()}"
    if (openid := agent.get("openid")) is not None:
        return f"openid:{openid}"
    return None


def authority_key(authority: Mapping[str, Any]) -> str:
    """Return the key of an authority, also of the anonymous Group of two that a token stands for.

    The key of such a Group holds the keys of its members in order, each with its length, so that no
    pair of application and user can imitate another pair.
    """
    if (key := identity(authority)) is not None:
        return key
    keys = sorted(filter(None, map(identity, members(authority))))
    return "group:" + "".join(f"{len(one)}:{one}" for one in keys)


def mailto(mbox: str) -> str:
    """Return a mailto IRI in the form that compares: lowercase scheme and domain, local part kept.

    The standard calls the domain case insensitive (Data 2.4.2.3) and RFC 3986 the scheme; mail
    servers may tell local parts apart by case, so folding those could join two people.
    """
    local, at, domain = mbox[len(_MAILTO) :].rpartition("@")
    return f"{_MAILTO}{local}{at}{domain.lower()}"


def members(group: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the members of a Group; empty for an Agent."""
    listed: Sequence[Mapping[str, Any]] = group.get("member", ())
    return listed


def agent_of(key: str, *, group: bool) -> dict[str, Any]:
    """Return the Agent or Group with this identity: the inverse of `identity`, without names."""
    known = {"objectType": "Group" if group else "Agent"}
    kind, _, value = key.partition(":")
    if kind == "account":
        length, _, rest = value.partition(":")
        home, name = rest[: int(length)], rest[int(length) + 1 :]
        return {**known, "account": {"homePage": home, "name": name}}
    return {**known, kind: value}

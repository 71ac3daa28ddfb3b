"""The rules that a team's topics keep: two levels at most, and names that can be shown and stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kb.store.encoding import unstorable
from kb.types import Fault
from triage.types import Topic

LONGEST_NAME = 200


def tree_faults(tree: Mapping[str, Topic], changed: Collection[str]) -> list[Fault]:
    """All that is wrong with the topics that were changed, and with their children."""
    concerned = [one for one in tree.values() if one.name in changed or one.parent in changed]
    return [
        Fault(one.name, reason)
        for one in concerned
        for reason in (*_name_faults(one), *_parent_faults(one, tree))
    ]


def _name_faults(topic: Topic) -> list[str]:
    reasons = []
    if not topic.name or topic.name != topic.name.strip():
        reasons.append("a name needs text, and no blanks around it")
    if len(topic.name) > LONGEST_NAME:
        reasons.append(f"the name has {len(topic.name)} characters, and at most {LONGEST_NAME} are allowed")
    if unstorable(topic.name + topic.description + topic.parent):
        reasons.append("holds a NUL character or half a surrogate pair; remove it")
    return reasons


def _parent_faults(topic: Topic, tree: Mapping[str, Topic]) -> list[str]:
    if not topic.parent:
        return []
    if topic.parent not in tree:
        return [f"the topic above it, {topic.parent!r}, does not exist; make it first"]
    if tree[topic.parent].parent:
        return [f"{topic.parent!r} is itself below {tree[topic.parent].parent!r}; two levels are the most"]
    return []

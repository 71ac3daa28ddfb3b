from __future__ import annotations

import pytest

from tests.triage.store.builders import LATER, NOW, corrected, ticket, triage
from triage.errors import InvalidTopics
from triage.types import Choice, Topic

DELIVERY = Topic("Delivery", "Parcels on their way")


@pytest.fixture
def desk(store):
    """Two tickets predicted to be about delivery, one of them corrected from refunds to it."""
    store.put_topics([DELIVERY, Topic("Refunds"), Topic("Late", "", "Delivery")], "Ada", NOW)
    store.upsert([ticket("t1", topic="Refunds"), ticket("t2", topic="Delivery")], NOW)
    store.save_triages([triage("t1"), triage("t2")], NOW)
    store.correct([corrected("t1", topic="Delivery")])
    return store


def test_a_renamed_topic_was_always_called_so(desk):
    assert desk.rename_topic("Delivery", 'Späte "Post" 100%', "Ada", LATER) == 2
    name = 'Späte "Post" 100%'
    assert desk.topics() == (Topic("Late", "", name), Topic("Refunds"), Topic(name, DELIVERY.description))
    assert [desk.get(key).labels.topic for key in ("t1", "t2")] == [name, name]
    assert [one.label for one in desk.corrections("t1")] == [name]
    said = desk.triage("t1").triage
    assert (said.topic.label, said.topics[0].label, said.evidence[0].speaks_for) == (name, name, name)
    assert (said.topic.probability, desk.judged()[0].topic) == (0.8, name)
    entry = desk.trail(name)[0]
    assert (entry.who, entry.what, entry.at, entry.before["name"]) == (
        "Ada",
        "topic renamed",
        LATER,
        "Delivery",
    )


def test_models_and_exports_may_go_on_using_a_former_name(desk):
    desk.rename_topic("Delivery", "Post", "Ada", LATER)
    desk.rename_topic("Post", "Parcels", "Ada", LATER)
    assert desk.former_topic_names() == {"Delivery": "Parcels", "Post": "Parcels"}
    desk.upsert([ticket("t3", topic="Delivery")], LATER)
    desk.save_triages([triage("t3")], LATER)
    assert desk.get("t3").labels.topic == desk.triage("t3").triage.topic.label == "Parcels"
    assert desk.upsert([ticket("t3", topic="Delivery")], LATER).unchanged == ("t3",)
    desk.rename_topic("Parcels", "Delivery", "Ada", LATER)
    assert desk.former_topic_names() == {"Parcels": "Delivery", "Post": "Delivery"}


def test_merged_topics_become_one_and_choices_do_not_repeat(desk):
    assert desk.merge_topics(["Delivery"], "Refunds", "Ada", LATER) == 2
    assert desk.topics() == (Topic("Late", "", "Refunds"), Topic("Refunds"))
    said = desk.triage("t2").triage
    assert (said.topic.label, said.topic.alternatives) == ("Refunds", (Choice("Login", 0.05),))
    assert said.topics == (Choice("Refunds", 0.8),)
    assert desk.topic_counts() == {"Refunds": 2}


def test_a_parent_can_be_merged_into_its_child(desk):
    desk.merge_topics(["Delivery"], "Late", "Ada", LATER)
    assert desk.topics() == (Topic("Late"), Topic("Refunds"))


def test_a_split_moves_the_named_tickets_only(desk):
    desk.split_topic("Delivery", [Topic("Lost")], {"t1": "Lost"}, "Ada", LATER)
    assert [desk.get(key).labels.topic for key in ("t1", "t2")] == ["Lost", "Delivery"]
    assert [desk.triage(key).triage.topic.label for key in ("t1", "t2")] == ["Lost", "Delivery"]
    assert [one.label for one in desk.corrections()] == ["Lost"]
    assert Topic("Lost") in desk.topics()
    assert desk.trail("Delivery", limit=1)[0].after["tickets"] == {"t1": "Lost"}


def test_changes_that_cannot_be_are_refused_with_all_faults_and_change_nothing(desk):
    before = desk.topics()

    def faults(change, *arguments):
        with pytest.raises(InvalidTopics) as refused:
            change(*arguments, "Ada", LATER)
        return [fault.where for fault in refused.value.faults]

    assert faults(desk.put_topics, [Topic(" x"), Topic("y", "", "Late"), Topic("z", "", "?")]) == [
        " x",
        "y",
        "z",
    ]
    assert faults(desk.put_topics, [Topic("Delivery", "", "Refunds")]) == ["Late"]
    assert faults(desk.put_topics, [Topic("Refunds", "", "Refunds")]) == ["Refunds"]
    assert faults(desk.rename_topic, "none", "Refunds") == ["none", "Refunds"]
    assert faults(desk.merge_topics, ["none", "Late"], "Late") == ["none", "Late"]
    assert faults(desk.split_topic, "Delivery", [], {"t1": "?", "t9": "Late"}) == ["?", "t9"]
    assert faults(desk.delete_topic, "Delivery") == ["Delivery", "Delivery"]
    assert faults(desk.delete_topic, "none") == ["none"]
    assert desk.topics() == before


def test_a_topic_that_nothing_uses_can_be_deleted(desk):
    desk.delete_topic("Late", "Ada", LATER)
    assert [one.name for one in desk.topics()] == ["Delivery", "Refunds"]
    assert desk.trail("Late")[0].after is None

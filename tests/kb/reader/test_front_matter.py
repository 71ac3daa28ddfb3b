from __future__ import annotations

from kb.reader.front_matter import split


def test_yaml_is_taken_off():
    matter = split("---\nTitle: Pay\nlast-updated: '2026-01-02'\n---\nBody.\n")

    assert matter.fields == {"title": "Pay", "last_updated": "2026-01-02"}
    assert matter.body == "Body.\n"


def test_toml_is_taken_off():
    matter = split('+++\ntitle = "Pay"\ndraft = true\n+++\nBody.\n')

    assert matter.fields == {"title": "Pay", "draft": True}
    assert matter.body == "Body.\n"


def test_toml_that_is_none_is_told():
    matter = split("+++\ntitle = Pay\n+++\nBody.\n")

    assert matter.fault.startswith("the front matter is not valid TOML")
    assert matter.body == "Body.\n"


def test_a_rule_at_the_top_is_no_front_matter():
    text = "---\nWelcome to the help centre.\n---\nBody.\n"

    assert split(text).body == text
    assert not split(text).present


def test_empty_front_matter_counts_as_present():
    assert split("---\n---\nBody.\n").present

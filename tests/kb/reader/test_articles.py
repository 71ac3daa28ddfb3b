from __future__ import annotations

import pytest

from kb.errors import InvalidArticle
from kb.reader import read_text
from kb.reader.articles import readable_name


def read(text, **more):
    return read_text(text, article_id="help:1", source="help", **more)


def test_blocks_are_exact_places_in_the_text():
    article = read("# Pay\n\nBy **card**.\n\n- Visa\n- Amex\n\n```\nwf pay\n```\n", title="Payments")

    assert article.text == "Pay\n\nBy card.\n\nVisa\nAmex\n\nwf pay"
    assert [(block.kind, block.level, article.text[block.start : block.end]) for block in article.blocks] == [
        ("heading", 1, "Pay"),
        ("paragraph", 0, "By card."),
        ("item", 0, "Visa"),
        ("item", 0, "Amex"),
        ("code", 0, "wf pay"),
    ]


def test_a_heading_that_repeats_the_title_is_left_out():
    assert read("# Pay by  card!\n\nYes.\n", title="Pay by card").text == "Yes."
    assert read("## Pay by card\n\nYes.\n", title="Pay by card").text == "Yes."
    assert read("# Other\n\nYes.\n", title="Pay by card").text == "Other\n\nYes."


def test_the_title_comes_from_the_first_place_that_has_one():
    assert read("---\ntitle: Front\n---\n# Head\n", title="Given").title == "Given"
    assert read("---\ntitle: Front\n---\n# Head\n").title == "Front"
    assert read("---\nsidebar_label: Label\n---\n# Head\n").title == "Label"
    assert read("# Head\n\nText.\n").title == "Head"
    assert read("<title>Page | Site</title><p>Text.</p>").title == "Page"
    assert read("Head\n====\n\nText.\n", form="rst").title == "Head"
    assert read("Text.", path="guides/team-settings.md").title == "Team settings"
    assert read("Text.").title == ""


def test_the_form_is_guessed_where_it_is_not_given():
    assert read("import X from 'x';\n\nUse **it**.\n").text == "Use it."
    assert read("<p>Use <b>it</b>.</p>").text == "Use it."
    assert read(".. note:: Use :kbd:`Esc`.\n").text == "Use Esc."
    assert read("Use 2 * 3\nor 4.\n").text == "Use 2 * 3 or 4."
    assert read("Use **it**.", form="text").text == "Use **it**."


def test_windows_line_ends_are_line_ends():
    assert read("---\r\ntitle: A\r\n---\r\nOne\r\ntwo.\r\n\r\nThree.\r\n").text == "One two.\n\nThree."


def test_an_address_of_its_own_is_kept():
    assert read("---\nurl: https://help.example/x\n---\nText.").url == "https://help.example/x"
    assert read("---\nurl: javascript:x()\n---\nText.").url == ""
    assert read("Text.", path="a/b.md").url == "/a/b"
    assert read("Text.").url == ""


def test_an_audience_that_is_none_is_refused():
    with pytest.raises(InvalidArticle, match="audience"):
        read("---\naudience: {}\n---\nText.".replace("{}", "[a, b]"))


def test_an_article_says_who_may_read_it_before_its_caller_does():
    assert read("---\nvisibility: internal\n---\nText.").audience == "internal"
    assert read("Text.", audience="partners").audience == "partners"


def test_html_with_hundreds_of_open_elements_is_read_flat():
    source = "<div>" * 2_000 + "<p>One.</p><script>x()</script><p>Two.</p>"

    assert read(source, form="html").text == "One.\n\nTwo."


def test_text_that_is_nested_too_deeply_is_refused():
    with pytest.raises(InvalidArticle, match="help:1: text: is nested too deeply to be read"):
        read("".join(" " * (2 * depth) + "- x\n\n" for depth in range(600)), form="rst")


def test_a_file_name_becomes_a_title():
    assert readable_name("docs/01-team_settings.md") == "Team settings"
    assert readable_name("_posts/2026-03-02-spring-sale.md") == "Spring sale"
    assert readable_name("billing/index.md") == "Billing"
    assert readable_name("2fa.md") == "2fa"

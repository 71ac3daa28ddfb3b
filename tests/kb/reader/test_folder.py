from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.errors import SourceNotFound
from kb.reader import read_path

BODY = "Bookings move when you drag them to another day.\n"


def write(folder, files):
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def reasons(reading):
    return {fault.where: fault.reason for fault in reading.skipped}


def test_every_form_below_a_folder_is_read(tmp_path):
    write(
        tmp_path,
        {
            "a.md": "# Alpha\n\nOne.\n",
            "b/c.mdx": "import X from 'x';\n\n# Beta\n\n<X/>Two.\n",
            "b/d.html": "<h1>Gamma</h1><p>Three.</p>",
            "e.rst": "Delta\n=====\n\n.. note:: Four.\n",
            "f.txt": "Five\nof them.\n\nSix.\n",
        },
    )

    reading = read_path(tmp_path, "help", base_url="https://help.example/en/")

    assert [(article.id, article.title, article.text, article.url) for article in reading.articles] == [
        ("help:a.md", "Alpha", "One.", "https://help.example/en/a"),
        ("help:b/c.mdx", "Beta", "Two.", "https://help.example/en/b/c"),
        ("help:b/d.html", "Gamma", "Three.", "https://help.example/en/b/d"),
        ("help:e.rst", "Delta", "Four.", "https://help.example/en/e"),
        ("help:f.txt", "F", "Five of them.\n\nSix.", "https://help.example/en/f"),
    ]
    assert reading.skipped == ()


def test_front_matter_fills_the_article(tmp_path):
    write(
        tmp_path,
        {
            "guide/refunds.md": "---\ntitle: 'Refund a payment'\nslug: give-back\naudience: "
            "Internal\nlang: en-GB\n"
            "tags: [money, cards]\nowner: Finance\nupdated_at: 2026-03-01T10:00:00+02:00\n"
            "verified_at: 2026-04-01\nverify_by: 2026-10-01\n---\n# Refund a payment\n\n" + BODY
        },
    )

    article = read_path(tmp_path, "help").articles[0]

    assert article.title == "Refund a payment"
    assert article.text == BODY.strip()
    assert article.url == "/guide/give-back"
    assert article.path == "guide/refunds.md"
    assert article.audience == "internal"
    assert article.language == "en"
    assert article.tags == ("money", "cards")
    assert article.owner == "Finance"
    assert article.updated_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert article.verified_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert article.verify_by == date(2026, 10, 1)


def test_a_single_file_is_named_by_itself(tmp_path):
    write(tmp_path, {"deep/pause.md": BODY})

    article = read_path(tmp_path / "deep" / "pause.md", "help", audience="internal").articles[0]

    assert (article.id, article.path, article.url) == ("help:pause.md", "pause.md", "/pause")
    assert (article.title, article.audience) == ("Pause", "internal")


def test_a_bad_value_is_told_and_the_article_goes_in_without_it(tmp_path):
    write(tmp_path, {"a.md": f"---\ntitle: Move\nverify_by: soon\nlang: the English one\n---\n{BODY}"})

    reading = read_path(tmp_path, "help")

    assert [(article.title, article.verify_by, article.language) for article in reading.articles] == [
        ("Move", None, "en")
    ]
    assert [(fault.where, fault.reason) for fault in reading.skipped] == [
        ("a.md", "lang: 'the English one' is not a language code, such as en or pt-BR"),
        ("a.md", "verify_by: 'soon' is not a date, such as 2026-03-31"),
    ]


def test_front_matter_that_is_no_yaml_is_told_and_its_plain_lines_are_used(tmp_path):
    write(tmp_path, {"a.md": f"---\ntitle: Pay: by card\nowner: Ann\n---\n{BODY}"})

    reading = read_path(tmp_path, "help")

    assert (reading.articles[0].title, reading.articles[0].owner) == ("Pay: by card", "Ann")
    assert reasons(reading) == {"a.md": "the front matter is not valid YAML at line 2"}


def test_an_article_whose_audience_cannot_be_told_is_left_out(tmp_path):
    write(tmp_path, {"a.md": f"---\naudience: [internal, partners]\n---\n{BODY}", "b.md": BODY})

    reading = read_path(tmp_path, "help")

    assert [article.path for article in reading.articles] == ["b.md"]
    assert [fault.reason for fault in reading.skipped] == [
        "audience: ['internal', 'partners'] is not one name, such as public or internal",
        "left out, because its audience is not known",
    ]


@pytest.mark.parametrize(
    "line",
    ["draft: true", "published: false", "hidden: yes", "unlisted: true", "sidebar_class_name: hidden"],
)
def test_what_its_author_hides_is_left_out_and_told(tmp_path, line):
    write(tmp_path, {"a.md": f"---\n{line}\n---\n{BODY}", "b.md": "---\ndraft: false\n---\n" + BODY})

    reading = read_path(tmp_path, "help")

    assert [article.path for article in reading.articles] == ["b.md"]
    assert reasons(reading)["a.md"].startswith(f"left out, because it says {line.partition(':')[0]}: ")


def test_partials_are_left_out_and_collections_are_read(tmp_path):
    dated = f"---\ntitle: Spring\n---\n{BODY}"
    write(
        tmp_path,
        {
            "_posts/2026-03-02-spring.md": dated,
            "_docs/setup.md": BODY,
            "_faq/pay.md": f"---\ntitle: Pay\n---\n{BODY}",
            "_faq/piece.md": BODY,
            "_includes/foot.md": dated,
            "docs/_snippet.md": BODY,
            "docs/_index.md": BODY,
        },
    )

    reading = read_path(tmp_path, "help")

    assert [(article.path, article.url) for article in reading.articles] == [
        ("_docs/setup.md", "/docs/setup"),
        ("_faq/pay.md", "/faq/pay"),
        ("_posts/2026-03-02-spring.md", "/spring"),
        ("docs/_index.md", "/docs"),
    ]
    assert reading.articles[2].updated_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert {where: reason.partition(":")[0] for where, reason in reasons(reading).items()} == {
        "_faq/piece.md": "partial",
        "_includes": "partial",
        "docs/_snippet.md": "partial",
    }


def test_other_files_are_counted_and_unreadable_ones_told(tmp_path):
    write(
        tmp_path,
        {
            "a.md": BODY,
            "img/1.png": b"\x89PNG",
            "img/2.PNG": b"\x89PNG",
            "style.css": "p {}",
            "binary.md": b"abc\0def",
            "empty.md": "\n \n",
            "only.rst": ".. toctree::\n\n   a\n",
            "big.txt": b"word " * 1_100_000,
            "LICENSE.md": BODY,
            "robots.txt": "User-agent: *",
            ".hidden/b.md": BODY,
            "node_modules/c/readme.md": BODY,
        },
    )

    reading = read_path(tmp_path, "help")

    assert [article.path for article in reading.articles] == ["a.md"]
    assert reasons(reading) == {
        "*.css": "1 file of type .css is not an article",
        "*.png": "2 files of type .png are not articles",
        "LICENSE.md": "is about the files, not an article",
        "big.txt": "has 5.2 MB; up to 5 MB are read",
        "binary.md": "is not text but binary",
        "empty.md": "is empty",
        "only.rst": "holds no text besides its title",
        "robots.txt": "is about the files, not an article",
    }


def test_links_that_lead_outside_are_not_followed(tmp_path):
    write(tmp_path, {"help/a.md": BODY, "help/sub/b.md": BODY, "secret/c.md": BODY})
    root = tmp_path / "help"
    (root / "out.md").symlink_to(tmp_path / "secret" / "c.md")
    (root / "away").symlink_to(tmp_path / "secret")
    (root / "round").symlink_to(root)
    (root / "broken.md").symlink_to(root / "none.md")
    (root / "same.md").symlink_to(root / "a.md")

    reading = read_path(root, "help")

    assert [article.path for article in reading.articles] == ["a.md", "same.md", "sub/b.md"]
    assert reasons(reading) == {
        "away": "is a link that leads outside the folder",
        "broken.md": "is a link that leads nowhere",
        "out.md": "is a link that leads outside the folder",
        "round": "is a link to a folder that is read where it lies",
    }


def test_one_file_that_breaks_its_parser_does_not_stop_the_rest(tmp_path):
    nested = "".join(" " * (2 * depth) + "- secret\n\n" for depth in range(600))
    write(tmp_path, {"a.rst": nested, "b.md": BODY})

    reading = read_path(tmp_path, "help")

    assert [article.path for article in reading.articles] == ["b.md"]
    assert reasons(reading) == {"a.rst": "could not be read: RecursionError"}


def test_an_address_that_is_none_is_told_and_the_path_is_used(tmp_path):
    write(tmp_path, {"a.md": f"---\nurl: javascript:alert(1)\n---\n{BODY}"})

    reading = read_path(tmp_path, "help")

    assert reading.articles[0].url == "/a"
    assert reasons(reading) == {
        "a.md": "url: 'javascript:alert(1)' is not the address of a page; its path is used"
    }


@pytest.mark.parametrize("name", ["none", "pictures", "a.pdf"])
def test_nothing_to_read_is_an_error(tmp_path, name):
    write(tmp_path, {"pictures/a.png": b"\x89PNG", "a.pdf": b"%PDF"})

    with pytest.raises(SourceNotFound, match=name):
        read_path(tmp_path / name, "help")

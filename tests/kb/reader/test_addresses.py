from __future__ import annotations

import pytest

from kb.reader.addresses import url_of


@pytest.mark.parametrize(
    ("path", "address", "url"),
    [
        ("team-settings.md", "", "/team-settings"),
        ("a/b.html", "", "/a/b"),
        ("a/README.md", "", "/a"),
        ("index.md", "", "/"),
        ("a/My file.md", "", "/a/My%20file"),
        ("a/b.md", "/x/y/", "/x/y/"),
        ("a/b.md", "y", "/a/y"),
        ("a/b.md", "../y", "/y"),
        ("a/b.md", "https://other.example/y", "https://other.example/y"),
        ("_posts/2026-03-02-spring.md", "", "/spring"),
        ("a/b.md", "/:categories/:title/", "/a/b"),
        ("a/b.md", "javascript:x()", "/a/b"),
    ],
)
def test_an_article_lies_where_it_says_else_where_its_file_lies(path, address, url):
    assert url_of(path, address, "") == url


def test_the_base_comes_before_all_but_whole_addresses():
    assert url_of("a/index.md", "", "https://help.example/en/") == "https://help.example/en/a"
    assert url_of("a.md", "/b", "https://help.example/en") == "https://help.example/en/b"
    assert url_of("a.md", "http://x.example", "https://help.example") == "http://x.example"

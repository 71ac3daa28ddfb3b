from __future__ import annotations

import pytest

from kb.reader.forms import form_of


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# Pay\n\nText.", "markdown"),
        ("import X from '@site/x';\n\nText.", "markdown"),
        ("Use **this** and [that](x.md).", "markdown"),
        ("<details>\n<summary>Why?</summary>\n\nSee [that](x.md) and `this`.\n\n</details>", "markdown"),
        ("Pay\n---\n\nText with a [link](x).", "markdown"),
        ("<!DOCTYPE html><html><body># no</body></html>", "html"),
        ("<p>One.</p><p>Two.</p>", "html"),
        ("Pay\n===\n\nText with :ref:`x`.\n", "rst"),
        (".. code-block:: sh\n\n   ls\n", "rst"),
        ("See `the site <https://x.example>`_ for\n\n- one\n- two\n", "rst"),
        ("Press Save.<br>Then <b>wait</b>.", "html"),
        ("Just a sentence, 2 * 3 < 7.", "text"),
        ("", "text"),
    ],
)
def test_the_form_is_told_by_what_a_text_looks_like(text, form):
    assert form_of(text) == form


def test_the_suffix_goes_before_the_looks():
    assert form_of("# Pay", "a.txt") == "text"
    assert form_of("plain", "A.MDX") == "mdx"
    assert form_of("# Pay", "docs/pay") == "markdown"

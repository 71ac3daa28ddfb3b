from __future__ import annotations

import pytest

from kb.reader.decoding import NotTextError, decode

PRICE = "Prix : 5 € l\u2019été"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_are_told_apart(encoding):
    assert decode(PRICE.encode(encoding)) == PRICE


def test_a_declared_charset_is_believed():
    page = '<meta charset="iso-8859-2"><p>Zażółć gęślą</p>'

    assert decode(page.encode("iso-8859-2")) == page
    assert decode(b'<meta charset="nonsense">\xe9') == '<meta charset="nonsense">é'


def test_binary_is_refused():
    with pytest.raises(NotTextError, match="binary"):
        decode(b"PK\x03\x04\x00\x00")

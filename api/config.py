"""What an operator sets: one frozen ``Settings``, read from the environment here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

PREFIX = "POINTSMAN_"
# The test suite has a few variables of its own, which are none of the program's business.
_OF_TESTS = ("POINTSMAN_TEST_", "POINTSMAN_REQUIRE_ALL")

EmbedderName = Annotated[str, Field(pattern=r"^(default|small|multilingual|hashing|hub:\S+)$")]
LogLevel = Literal["debug", "info", "warning", "error"]


class InvalidSettings(Exception):
    """Variables are unknown or have values that cannot be used; ``faults`` names all of them."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("The settings cannot be used: " + "; ".join(faults))
        self.faults = faults


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name!r}; give an IANA name such as Europe/Helsinki")
    return name


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; ``.env.example`` says what each one does.

    An empty ``database_url`` or ``weights_dir`` becomes a place in ``data_dir``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    data_dir: Path = Path("var")
    database_url: str = ""
    weights_dir: Path = Path()
    embedder: EmbedderName = "default"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    threads: Annotated[int, Field(ge=1, le=256)] = 8
    trusted_proxy: str = ""
    max_body_bytes: Annotated[int, Field(ge=1024)] = 2_000_000
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    log_level: LogLevel = "info"
    secret_key: Annotated[str, Field(pattern=r"^$|^.{32,}$")] = ""
    secure_cookies: bool = False
    smtp_password: str = field(default="", repr=False)
    demo: bool = False
    verify_days: Annotated[int, Field(ge=1, le=3650)] = 90
    keep_questions_days: Annotated[int, Field(ge=1, le=36500)] = 400
    answer_threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    metrics_open: bool = True
    audit_share: Annotated[float, Field(ge=0, le=1)] = 0.02

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'pointsman.db'}")
        if self.weights_dir == Path():
            object.__setattr__(self, "weights_dir", self.data_dir / "weights")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; an empty variable counts as one that is not there.

        Raises:
            InvalidSettings: with all faults of all variables.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and not name.startswith(_OF_TESTS) and value
        }
        try:
            return TypeAdapter(cls).validate_strings(given)
        except ValidationError as error:
            raise InvalidSettings(
                tuple(_fault(each["loc"], each["msg"]) for each in error.errors())
            ) from None


def variable_names() -> tuple[str, ...]:
    """The environment variables there are, in the order of the settings."""
    return tuple(PREFIX + each.name.upper() for each in fields(Settings))


_REASONS = {
    "POINTSMAN_SECRET_KEY": "give at least 32 characters",
    "POINTSMAN_EMBEDDER": "give default, small, multilingual, hashing, or hub: and the name of a model",
}


def _fault(place: tuple[int | str, ...], reason: str) -> str:
    name = PREFIX + str(place[0]).upper()
    if name not in variable_names():
        return f"{name} is not a setting"
    return f"{name}: {_REASONS.get(name) or reason.removeprefix('Value error, ')}"

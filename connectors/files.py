"""Reports into a folder, such as a shared drive or one that a BI tool watches."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reports.render import FORMS, Form, csv_files_of, render
from reports.report import WeeklyReport
from reports.sinks import DeliveryFailed


@dataclass(frozen=True, slots=True)
class FolderSink:
    """Writes a report into ``folder/2026-W12``, in each form a file, and the CSV files singly below ``csv``.

    A file appears whole or not at all, and one of the same week is replaced.
    """

    name: str
    folder: Path
    forms: tuple[Form, ...] = FORMS
    base_url: str | None = None

    def send(self, report: WeeklyReport) -> str:
        """Write the files.

        Raises:
            DeliveryFailed: the folder cannot be written.
        """
        place = self.folder / str(report.week)
        written = 0
        try:
            for path, content in self._files(report).items():
                _write(place / path, content)
                written += 1
        except OSError as error:
            raise DeliveryFailed(self.name, f"{place} cannot be written: {error.strerror}.") from error
        return f"{written} files written to {place}"

    def _files(self, report: WeeklyReport) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for form in self.forms:
            if form == "csv":
                files |= {f"csv/{name}": content for name, content in csv_files_of(report).items()}
            else:
                made = render(report, form, base_url=self.base_url)
                files[made.filename] = made.content
        return files


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".pointsman-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(0o640)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)

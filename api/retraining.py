"""Learning from the team's own labels, by ``python -m training`` in a process of its own.

What it made is served where it is no worse than what is served.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter, ValidationError

from api.searching import PACKAGED
from api.triaging import MODELS
from models import folders
from models.errors import ModelError, NotPromoted

if TYPE_CHECKING:
    from api.wiring import Parts

JOB = "train_model"
COMMANDS = {
    "topic": "topic",
    "urgency": "urgency",
    "churn_intent": "churn-words",
}  # of ``python -m training``
FEWEST = 40  # labelled tickets: with fewer there is nothing to count errors on
_HOME = Path(__file__).resolve().parents[1]
_SAVED = re.compile(r"^saved (.+)$", re.MULTILINE)
_STEP = re.compile(r"^\S+ +[\d.]+ s +(?P<step>.+)$")
_LONGEST = 300
_MOST_JOBS = 1000

State = Literal["waiting", "running", "promoted", "kept", "failed"]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Retraining:
    """The last training of a task: who asked for it, how far it is, and what came of it.

    ``tickets`` counts the labelled ones it learns from. ``kept`` means saved, and no better than what serves.
    """

    task: str
    state: State
    asked_by: str
    asked_at: datetime
    tickets: int = 0
    step: str = ""
    ended_at: datetime | None = None
    version: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in {"waiting", "running"}


class NotTrainable(Exception):
    """There is no such task, there are too few labels, or no embedder to learn with."""


_RETRAINING = TypeAdapter(Retraining)


def ask(parts: Parts, task: str, who: str) -> Retraining:
    """Queue the training of a task; one that is under way is not queued twice.

    Raises:
        NotTrainable: with the reason.
        QueueUnavailable: the queue cannot be written.
    """
    number = _checked(parts, task)
    last = latest(parts, task)
    if (
        last is not None
        and last.is_under_way
        and any(job.name == JOB for job in parts.queue.waiting(_MOST_JOBS))
    ):
        return last
    asked = Retraining(task, "waiting", who, parts.now(), number)
    _keep(parts, asked)
    parts.queue.enqueue(JOB, {"task": task, "by": who}, key=f"{JOB}:{task}")
    return asked


def retrain(parts: Parts, task: str, who: str, tell: Tell = lambda step: None) -> Retraining:
    """Train a task now, and serve what came of it where it is no worse than what is served.

    Raises:
        NotTrainable: with the reason.
    """
    number = _checked(parts, task)
    last = latest(parts, task)
    asked_at = last.asked_at if last is not None and last.is_under_way else parts.now()
    run = Retraining(task, "running", who, asked_at, number, "Exporting the labelled tickets")
    _keep(parts, run)
    try:
        done = _learn(parts, run, tell)
    except BaseException:
        _keep(parts, replace(run, state="failed", step="It was cut off.", ended_at=parts.now()))
        raise
    _keep(parts, done)
    return done


def latest(parts: Parts, task: str) -> Retraining | None:
    """The last training that was asked for here; None where there was none."""
    try:
        return _RETRAINING.validate_json((_folder(parts, task) / "state.json").read_bytes())
    except (OSError, ValidationError):
        return None


def labelled(parts: Parts, task: str) -> int:
    """How many tickets people have labelled for a task, by import or correction."""
    return sum(1 for _ in parts.tickets.training_tickets(task))


def version_before(parts: Parts, task: str) -> str:
    """The version that a rollback would serve again; empty where there is none."""
    return folders.version_before(parts.registry.history(MODELS[task])) or ""


def _checked(parts: Parts, task: str) -> int:
    if task not in COMMANDS:
        raise NotTrainable(f"There is no task {task!r} to train; there are {', '.join(COMMANDS)}.")
    embedder = parts.settings.embedder
    if embedder not in PACKAGED and (task != "topic" or embedder != "hashing"):
        raise NotTrainable(f"Training knows no embedder {embedder!r}; set one of {', '.join(PACKAGED)}.")
    number = labelled(parts, task)
    if number < FEWEST:
        raise NotTrainable(
            f"{number} tickets have a label; it takes at least {FEWEST} to learn and to count errors."
        )
    return number


def _learn(parts: Parts, run: Retraining, tell: Tell) -> Retraining:
    folder = _folder(parts, run.task)
    _export(parts, run.task, folder)
    ending, heard = _run(_command(parts, run.task, folder), folder / "output.txt", _telling(parts, run, tell))
    ended = replace(run, ended_at=parts.now())
    saved = _SAVED.search((folder / "output.txt").read_text("utf-8", "replace"))
    (folder / "tickets.jsonl").unlink()
    if ending != 0 or saved is None:
        return replace(ended, state="failed", step=heard[:_LONGEST] or f"It ended with code {ending}.")
    version = Path(saved.group(1)).name
    try:
        parts.registry.promote(MODELS[run.task], version)
    except NotPromoted as refusal:
        return replace(ended, state="kept", version=version, step=_compared(refusal))
    except ModelError as error:
        return replace(ended, state="failed", version=version, step=str(error)[:_LONGEST])
    return replace(ended, state="promoted", version=version, step="")


def _compared(refusal: NotPromoted) -> str:
    if refusal.current_figure is None:
        return "It cannot be compared with the version that serves."
    name = refusal.metric.rpartition(".")[2].replace("_", " ").capitalize()
    return f"{name} {refusal.figure:.3f}, against {refusal.current_figure:.3f} of what serves."


def _export(parts: Parts, task: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "tickets.jsonl").open("w", encoding="utf-8") as file:
        for stored in parts.tickets.training_tickets(task):
            ticket = stored.ticket
            row = {
                "id": ticket.id,
                "created_at": ticket.created_at.isoformat() if ticket.created_at else "",
                "account_id": ticket.account_id,
                "subject": ticket.subject,
                "body": ticket.body,
                task: getattr(stored.labels, task),
            }
            file.write(json.dumps(row) + "\n")
    topics = [{"topic": one.name, "description": one.description} for one in parts.tickets.topics()]
    (folder / "topics.json").write_text(json.dumps(topics), "utf-8")


def _command(parts: Parts, task: str, folder: Path) -> list[str]:
    settings = parts.settings
    command = [sys.executable, "-m", "training", COMMANDS[task], "--tickets", str(folder / "tickets.jsonl")]
    command += ["--label", task, "--out", str(settings.data_dir.resolve() / "models"), "--no-promote"]
    command += ["--weights", str(settings.weights_dir.resolve())]
    if task == "topic":
        embedder = {"small": "small", "hashing": "hashing"}.get(settings.embedder, "auto")
        command += ["--topics", str(folder / "topics.json"), "--embedder", embedder]
    return command


def _run(command: Sequence[str], output: Path, heard: Tell) -> tuple[int, str]:
    """Run it; gives how it ended, and the last line that it told on the way."""
    last = ""
    with (
        output.open("wb") as stdout,
        # The command is made of this program's own words and of folders from its settings.
        subprocess.Popen(command, cwd=_HOME, stdout=stdout, stderr=subprocess.PIPE) as process,  # noqa: S603
    ):
        try:
            for line in _lines(process):
                last = line
                heard(line)
        except BaseException:
            process.kill()
            raise
    return process.returncode, last


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    for line in process.stderr or ():
        if text := line.decode("utf-8", "replace").strip():
            yield text


def _telling(parts: Parts, run: Retraining, tell: Tell) -> Tell:
    def heard(line: str) -> None:
        tell(line)
        if found := _STEP.match(line):
            _keep(parts, replace(run, step=found.group("step")[:_LONGEST]))

    return heard


def _folder(parts: Parts, task: str) -> Path:
    return parts.settings.data_dir.resolve() / "training" / task


def _keep(parts: Parts, state: Retraining) -> None:
    folder = _folder(parts, state.task)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = folder / f".state.{os.getpid()}"
    scratch.write_bytes(_RETRAINING.dump_json(state))
    scratch.replace(folder / "state.json")

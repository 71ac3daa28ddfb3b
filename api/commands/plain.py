"""How every command behaves: within the application, errors as one line, progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask.cli import ScriptInfo
from tqdm import tqdm

from api.current import parts_of_app
from api.errors_database import DatabaseError
from api.jobs.errors import JobError
from api.server import ServerNotStarted
from api.store import StoreError
from api.wiring import DatabaseTrouble, Parts
from kb.errors import KnowledgeBaseError
from models.errors import ModelError
from reports.errors import ReportError
from triage.errors import TriageError

EXPECTED = (
    *(KnowledgeBaseError, TriageError, ModelError, ReportError),
    *(DatabaseError, StoreError, JobError, ServerNotStarted, OSError),
)
PROGRESS_AFTER_SECONDS = 2.0


class PlainCommand(click.Command):
    """Runs within the application; what may go wrong ends it with one line and no traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with ctx.ensure_object(ScriptInfo).load_app().app_context():
            try:
                return super().invoke(ctx)
            except DatabaseTrouble as error:
                reason = str(error.orig).splitlines()[0]
                raise click.ClickException(
                    f"The database cannot be used ({reason}). Run: flask init"
                ) from error
            except EXPECTED as error:
                raise click.ClickException(" ".join(str(error).split())) from error
            finally:
                parts_of_app().close()


class PlainGroup(click.Group):
    """A group of such commands."""

    command_class = PlainCommand


def parts() -> Parts:
    """The parts of the application a command runs within."""
    return parts_of_app()


def tell(message: str) -> None:
    """Say something to the person at the terminal, apart from the output."""
    click.echo(message, err=True)


@contextmanager
def progress(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function of (done, total) that draws a bar once two seconds have passed."""
    interval = 0.2 if sys.stderr.isatty() else 5.0
    with tqdm(
        unit=f" {unit}", file=sys.stderr, delay=PROGRESS_AFTER_SECONDS, mininterval=interval, leave=False
    ) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance

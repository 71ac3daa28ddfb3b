"""Fine-tunes the embedder of tickets on a team's topics: once for what is served, and anew for each judged part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kb.embedder.port import Embedder
from kb.embedder.weights import MINILM
from training.embedders import open_tuned_embedder
from training.labels.crossing import Elsewhere
from training.labels.labelled import Labelled
from triage.descriptions import Described, describe
from triage.embedders import TUNED_FILES
from triage.types import Topic


@dataclass(frozen=True, slots=True)
class Tuner:
    """Tunes into folders below ``folder``, which is to stay until the model is saved."""

    folder: Path

    def tune(self, texts: Sequence[str], labels: NDArray[np.int64], name: str = "served") -> Embedder:
        """Tune on texts and the places of their labels, with progress, and open what came of it.

        Raises:
            EmbedderUnavailable: the weights to begin with are missing, or a package.
        """
        from kb.embedder.tuning import tune

        with tqdm(desc=f"Tuning ({name})", unit=" steps", delay=2) as bar:

            def tell(done: int, steps: int) -> None:
                bar.total = steps
                bar.update(done - bar.n)

            return open_tuned_embedder(tune(MINILM, texts, labels, self.folder / name, tell=tell))

    def files(self) -> Mapping[str, Path]:
        """Name the files of the served embedder as a version keeps them."""
        return {name: self.folder / "served" / Path(name).name for name in TUNED_FILES}

    def elsewhere(self, topics: Sequence[Topic], labels: Sequence[str]) -> Elsewhere:
        """Give what shows a judged part in vectors tuned on the seen one alone."""

        def show(seen: Labelled, judged: Labelled) -> tuple[Labelled, Labelled, Described]:
            embedder = self.tune(seen.texts, seen.labels, name="judged")
            return (
                replace(seen, vectors=embedder.encode(seen.texts)),
                replace(judged, vectors=embedder.encode(judged.texts)),
                describe(topics, labels, embedder),
            )

        return show

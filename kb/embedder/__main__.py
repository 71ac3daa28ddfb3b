"""``python -m kb.embedder``: exports the weights once, as set-up does."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tqdm import tqdm

from kb.embedder.export import export_int8
from kb.embedder.weights import KNOWN

WEIGHTS_DIR = Path(__file__).resolve().parents[2] / "var" / "weights"


def main(directory: Path = WEIGHTS_DIR) -> int:
    """Export every known embedder that is not there yet, with a progress bar on stderr."""
    logging.disable(logging.WARNING)
    for weights in tqdm(KNOWN.values(), desc="Exporting embedders", unit="model"):
        export_int8(weights, directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import subprocess
import sys

from api.memory import give_back_memory, use_few_arenas

SERVING = """
import sys
from api.app import create_app
import api.searching, kb.service, kb.index.cache, kb.ranking.logistic, models.registry, kb.embedder.onnx
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sklearn", "scipy", "torch", "pandas"}))
"""


def test_both_do_no_harm():
    use_few_arenas()
    give_back_memory()


def test_serving_imports_no_library_of_training():
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

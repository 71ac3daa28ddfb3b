from __future__ import annotations

import collections
import io
import os
import pickle
import re
import subprocess
import types
from pathlib import Path

import joblib
import numpy as np
import pytest
import scipy.sparse
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from models.errors import ModelDamaged, ModelUntrusted

REPOSITORY = Path(__file__).parents[2]


class Call:
    """Pickles as a call of anything."""

    def __init__(self, function, *arguments):
        self.reduced = (function, arguments)

    def __reduce__(self):
        return self.reduced


def dumped(model) -> bytes:
    stream = io.BytesIO()
    joblib.dump(model, stream)
    return stream.getvalue()


@pytest.fixture
def load_bytes(registry, make_card, rewrite):
    """Loads bytes as a model whose sums and signature are right."""
    folder = registry.save("topic", [], make_card())

    def load(content: bytes):
        rewrite(folder, content)
        return registry.load(folder).model

    return load


def test_a_malicious_file_is_refused_and_does_not_run(load_bytes, tmp_path):
    created = tmp_path / "created"
    attacks = [
        Call(os.system, f"touch {created}"),
        Call(eval, f"open({str(created)!r}, 'w')"),
        Call(exec, f"open({str(created)!r}, 'w')"),
        Call(open, str(created), "w"),
        Call(subprocess.getoutput, f"touch {created}"),
        Call(getattr, "text", "upper"),
        Call(joblib.load, str(created)),
        Call(np.load, str(created)),
        Call(np.memmap, str(created), "uint8", "w+", 0, (9,)),
        Call(types.SimpleNamespace),
    ]
    for attack in attacks:
        for model in (attack, [np.arange(3), attack], {"labels": np.array([attack], dtype=object)}):
            with pytest.raises(ModelUntrusted):
                load_bytes(dumped(model))
    assert not created.exists()
    load_like_a_careless_reader(dumped(attacks[0]))
    assert created.exists(), "the attack would have worked"


def load_like_a_careless_reader(content: bytes) -> None:
    joblib.load(io.BytesIO(content))


def test_all_foreign_names_are_listed(load_bytes):
    with pytest.raises(ModelUntrusted, match=r"builtins\.eval, posix\.system, subprocess\.Popen"):
        load_bytes(dumped([os.system, eval, {"x": subprocess.Popen}]))


def test_a_foreign_name_after_an_array_is_found(load_bytes):
    hidden = [np.frombuffer(b"." * 1000, dtype=np.uint8), np.asfortranarray(np.ones((3, 4))), os.system]
    with pytest.raises(ModelUntrusted, match=r"posix\.system"):
        load_bytes(dumped(hidden))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn.utils", "os.system"),
        ("sklearn.datasets._base", "os"),
        ("sklearn.base", "warnings"),
        ("sklearn.base", "clone"),
        ("sklearn.utils.parallel", "Parallel.__call__"),
        ("numpy.testing._private.utils", "runstring"),
        ("numpy", "load"),
        ("joblib.numpy_pickle", "load"),
        ("builtins", "__import__"),
        ("training.fit", "run"),
        ("kb.ranking_of_others", "run"),
    ],
)
@pytest.mark.parametrize("operation", ["c", "stack"])
def test_names_that_lead_out_of_the_list_are_refused(load_bytes, module, name, operation):
    by_text = f"c{module}\n{name}\n.".encode()
    by_stack = b"".join(b"\x8c" + bytes([len(part)]) + part.encode() for part in (module, name)) + b"\x93."
    with pytest.raises(ModelUntrusted, match=re.escape(f"{module}.{name}")):
        load_bytes(b"\x80\x05" + (by_text if operation == "c" else by_stack))


def test_a_listed_class_may_not_be_called_or_changed(load_bytes):
    with pytest.raises(ModelUntrusted, match="a call of LogisticRegression"):
        load_bytes(dumped(Call(LogisticRegression)))
    patching = b"csklearn.linear_model._logistic\nLogisticRegression\n(N}Vpredict\nI1\nstb."
    with pytest.raises(ModelUntrusted, match="a change of LogisticRegression itself"):
        load_bytes(b"\x80\x05" + patching)
    assert callable(LogisticRegression.predict)


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02(iposix\nsystem\n.",
        b"\x80\x02(cposix\nsystem\nVls\no.",
        b"\x80\x02Pname\n.",
        b"\x80\x02\x82\x01.",
    ],
)
def test_operations_that_models_do_not_use_are_refused(load_bytes, content):
    with pytest.raises(ModelUntrusted, match="an operation that models do not use"):
        load_bytes(content)


def test_a_nested_pickle_is_refused(load_bytes):
    with pytest.raises(ModelUntrusted, match="an array of objects"):
        load_bytes(dumped(np.array(["a", None], dtype=object)))


@pytest.mark.parametrize("content", [b"", b"\x80\x05", b"no pickle at all", dumped(np.arange(50))[:-100]])
def test_a_file_that_is_no_pickle_is_damaged(load_bytes, content):
    with pytest.raises(ModelDamaged, match="cannot be read"):
        load_bytes(content)


ROWS = np.random.default_rng(3).normal(size=(60, 3))
SIDES = (ROWS[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(n_estimators=3, random_state=1),
        HistGradientBoostingClassifier(max_iter=3, random_state=np.random.RandomState(1)),
        NearestNeighbors(algorithm="kd_tree"),
        FunctionTransformer(np.log1p),
        OneHotEncoder(dtype=np.float32),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_come_back_as_they_were(registry, make_card, estimator):
    fitted = estimator.fit(ROWS, SIDES)
    loaded = registry.load(registry.save("topic", fitted, make_card())).model
    method = next(name for name in ("predict_proba", "transform", "kneighbors") if hasattr(fitted, name))
    rows = abs(ROWS) if isinstance(estimator, FunctionTransformer) else ROWS
    expected, found = getattr(fitted, method)(rows), getattr(loaded, method)(rows)
    dense = [
        part.toarray() if scipy.sparse.issparse(part) else np.asarray(part) for part in (expected, found)
    ]
    assert np.array_equal(dense[0], dense[1])


def test_plain_values_come_back_as_they_were(registry, make_card):
    model = {
        "select": SelectKBest(chi2).score_func,
        "matrix": scipy.sparse.csr_matrix(np.eye(3)),
        "labels": np.array(["a", None, ("b", 1)], dtype=object),
        "column": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "empty": np.empty((0, 4)),
        "number": np.float64(0.5),
        "counts": collections.Counter("aab"),
        "words": frozenset({"my", "the"}),
        "pattern": re.compile(r"\d+"),
    }
    loaded = registry.load(registry.save("topic", model, make_card())).model
    assert loaded["matrix"].toarray().tolist() == np.eye(3).tolist()
    assert loaded["labels"].tolist() == ["a", None, ("b", 1)]
    assert loaded["column"].tolist() == [[0, 1, 2], [3, 4, 5]] and loaded["column"].flags.f_contiguous
    assert loaded["empty"].shape == (0, 4)
    plain = ("select", "number", "counts", "words", "pattern")
    assert [loaded[name] for name in plain] == [model[name] for name in plain]


def test_equal_texts_are_written_alike_whether_or_not_they_are_one_object(registry, make_card):
    once = "".join(["bill", "ing"])
    apart = [once, "".join(["bill", "ing"]), np.zeros(2, np.dtype("f8", copy=True)), np.zeros(1)]
    together = [once, once, np.zeros(2), np.zeros(1)]
    assert registry.save("topic", apart, make_card()) == registry.save("topic", together, make_card())


def test_padding_between_the_fields_of_records_is_not_written(registry, make_card):
    padded = np.dtype([("left", "u1"), ("value", "f8")], align=True)
    dirty = np.frombuffer(b"\xff" * 32, dtype=np.uint8).copy().view(padded)
    dirty["left"], dirty["value"] = 1, 2.0
    clean = np.array([(1, 2.0), (1, 2.0)], dtype=padded)
    assert registry.save("topic", dirty, make_card()) == registry.save("topic", clean, make_card())


def test_a_plain_pickle_is_read_too(load_bytes):
    assert load_bytes(pickle.dumps({"a": (1, 2.5, None, "x")})) == {"a": (1, 2.5, None, "x")}

from __future__ import annotations

import pytest
import sklearn.linear_model
import sklearn.utils.parallel

from models.trusted import is_as_named, may_be_called, may_be_named


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn.linear_model._logistic", "LogisticRegression"),
        ("scipy.sparse._csr", "csr_matrix"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("collections", "OrderedDict"),
        ("kb.ranking", "RelevanceModel"),
        ("triage.features.words", "WordCounts"),
    ],
)
def test_what_saved_pipelines_need_may_be_named(module, name):
    assert may_be_named(module, name)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("builtins", "type"),
        ("sklearn", "utils.os.system"),
        ("sklearn.utils._testing", "TempMemmap"),
        ("sklearn.externals._numpydoc", "docscrape"),
        ("sklearnx", "Model"),
        ("scipy", "LowLevelCallable"),
        ("numpy.ctypeslib", "load_library"),
        ("joblib.memory", "Memory"),
        ("functools", "partial"),
        ("operator", "attrgetter"),
        ("kb.store", "Store"),
        ("triage", "features.os.system"),
    ],
)
def test_everything_else_may_not(module, name):
    assert not may_be_named(module, name)


def test_only_rebuilding_functions_and_own_classes_may_be_called():
    assert may_be_called("collections", "Counter")
    assert may_be_called("kb.ranking", "RelevanceModel")
    assert not may_be_called("sklearn.linear_model._logistic", "LogisticRegression")
    assert not may_be_called("numpy", "ndarray")


def test_what_a_module_only_imported_does_not_belong_to_it():
    joblib_class = sklearn.utils.parallel.Parallel.__mro__[1]
    assert not is_as_named("sklearn.utils.parallel", "Logger", joblib_class)
    assert not is_as_named("sklearn.linear_model", "enet_path", sklearn.linear_model.enet_path)
    assert not is_as_named("kb.ranking", "partial", __import__("functools").partial)
    estimator = sklearn.linear_model.LogisticRegression
    assert is_as_named("sklearn.linear_model._logistic", "LogisticRegression", estimator)

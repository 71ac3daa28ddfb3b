"""What a model file may name: what saved scikit-learn pipelines need, and nothing that runs a command.

scikit-learn, NumPy and SciPy hold functions that execute text or load libraries, so none is trusted whole:
only classes may be named, and only what is listed here may be called while a file is read.
"""

from __future__ import annotations

from collections.abc import Iterable

_OWN_MODULES = ("kb.ranking", "triage.features")
_CLASS_MODULES = ("sklearn", "scipy.sparse", *_OWN_MODULES)
# Fixtures and downloads, and copies of other libraries, have no place in a saved model.
_EXCLUDED_MODULES = ("sklearn.datasets", "sklearn.externals", "sklearn.utils._testing", "sklearn.tests")


def _names(module: str, names: str) -> Iterable[tuple[str, str]]:
    return ((module, name) for name in names.split())


_CALLED = frozenset(
    (
        *_names("builtins", "set frozenset slice range complex bytearray"),
        *_names("collections", "OrderedDict defaultdict Counter deque"),
        *_names("datetime", "date datetime time timedelta timezone"),
        *_names("re", "_compile"),
        *_names("numpy", "dtype"),
        *_names("numpy._core.multiarray", "_reconstruct scalar"),
        *_names("numpy._core.numeric", "_frombuffer"),
        *_names("numpy.random._pickle", "__randomstate_ctor __generator_ctor __bit_generator_ctor"),
        *_names("sklearn.tree._tree", "Tree"),
        *_names("sklearn.neighbors._kd_tree", "newObj"),
        *_names("sklearn.neighbors._ball_tree", "newObj"),
        *_names("sklearn.metrics._dist_metrics", "newObj"),
    )
)
_MENTIONED = frozenset(
    (
        *_names("builtins", "object bool int float str bytes list tuple dict"),
        *_names("numpy", "ndarray bool bool_ str_ bytes_ object_ float16 float32 float64"),
        *_names("numpy", "int8 int16 int32 int64 uint8 uint16 uint32 uint64"),
        *_names(
            "numpy._core._multiarray_umath", "log log1p log2 log10 exp expm1 sqrt square cbrt absolute sign"
        ),
        *_names("numpy", "log log1p log2 log10 exp expm1 sqrt square cbrt absolute sign"),
        *_names("numpy.random.bit_generator", "SeedSequence"),
        *_names("numpy.random._mt19937", "MT19937"),
        *_names("numpy.random._pcg64", "PCG64"),
        *_names("joblib.numpy_pickle", "NumpyArrayWrapper"),
        *_names("sklearn.feature_selection._univariate_selection", "chi2 f_classif"),
        *_names("sklearn.feature_selection._mutual_info", "mutual_info_classif"),
    )
)


def may_be_named(module: str, name: str) -> bool:
    """Tell whether a model file may hold a reference to ``module.name``; for most it must then be a class."""
    listed = (module, name) in _MENTIONED or may_be_called(module, name)
    # A dotted name walks through attributes: sklearn.utils and "os.system" would reach the operating system.
    return "." not in name and (
        listed or (_within(module, _CLASS_MODULES) and not _within(module, _EXCLUDED_MODULES))
    )


def may_be_called(module: str, name: str) -> bool:
    """Tell whether a model file may call ``module.name`` while it is read."""
    if _within(module, _OWN_MODULES):
        return True
    rebuilds = name.startswith("__pyx_unpickle_") and _within(module, ("sklearn", "numpy.random"))
    # Losses of scikit-learn are compiled classes that pickle as a call without arguments.
    loss = module == "sklearn._loss._loss" and name.startswith("Cy")
    return (module, name) in _CALLED or rebuilds or loss


def is_as_named(module: str, name: str, found: object) -> bool:
    """Tell whether ``found`` belongs where it was named, and is not something that module merely imported."""
    if (module, name) in _MENTIONED or (module, name) in _CALLED or name.startswith("__pyx_unpickle_"):
        return True
    home = str(getattr(found, "__module__", ""))
    if _within(module, _OWN_MODULES):
        return callable(found) and _within(home, _OWN_MODULES)
    return isinstance(found, type) and _within(home, _CLASS_MODULES)


def _within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)

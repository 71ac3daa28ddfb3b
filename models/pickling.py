"""Pickling with two promises: equal models give equal bytes, and reading runs nothing off the allow-list.

The classes here stand before joblib's own in the method resolution order; joblib itself is the registry's.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, cast

import numpy as np

from models.errors import ModelUntrusted
from models.trusted import is_as_named, may_be_called, may_be_named

PROTOCOL = 5
Operations = dict[int, Callable[[Any], None]]
_Reduced = tuple[Callable[..., Any], tuple[Any, ...]] | tuple[Callable[..., Any], tuple[Any, ...], Any]
# These tell how many bytes of an array follow in a file.
_MEASURES = {("joblib.numpy_pickle", "NumpyArrayWrapper"), ("numpy", "dtype"), ("numpy", "ndarray")}
_UNUSED = (pickle.INST, pickle.OBJ, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.PERSID, pickle.BINPERSID)


class _Reading(Protocol):
    """An unpickler in the middle of a file."""

    stack: list[object]
    found: list[object]
    callables: list[object]


class CanonicalPickler(pickle._Pickler):
    """Writes what a model is, not how it lay in memory."""

    def __init__(self, file: BinaryIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self._first: dict[tuple[type, object], object] = {}

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, str | bytes | np.dtype):
            # A repeated object is written as a reference: whether equal texts are one object must not matter.
            obj = self._first.setdefault((type(obj), obj), obj)
        if isinstance(obj, np.ndarray) and obj.dtype.hasobject:
            # joblib would nest a second, unchecked pickle.
            pickle._Pickler.save(self, obj)  # type: ignore[attr-defined]
        elif isinstance(obj, np.ndarray) and obj.dtype.names:
            super().save(_without_padding(obj))  # type: ignore[misc]
        else:
            super().save(obj)  # type: ignore[misc]

    def reducer_override(self, obj: object) -> _Reduced:
        if isinstance(obj, set | frozenset) and type(obj) in (set, frozenset):
            return type(obj), (sorted(obj, key=lambda item: (type(item).__name__, repr(item))),)
        if "_stop_words_id" in getattr(obj, "__dict__", ()):
            # scikit-learn's vectorizers keep a memory address, to check their stop words only once.
            build, arguments, state = cast(Any, obj).__reduce_ex__(PROTOCOL)[:3]
            return build, arguments, {name: state[name] for name in state if name != "_stop_words_id"}
        return cast(_Reduced, NotImplemented)


class RestrictedUnpickler(pickle._Unpickler):
    """Rebuilds a model; whatever the file names is checked before it is touched."""

    def __init__(self, filename: str, file: BinaryIO, ensure_native_byte_order: bool) -> None:
        super().__init__(filename, file, ensure_native_byte_order)  # type: ignore[call-arg, arg-type]
        self.found: list[object] = []
        self.callables: list[object] = []

    def find_class(self, module: str, name: str) -> object:
        if not may_be_named(module, name):
            raise ModelUntrusted(refusal(f"{module}.{name}"))
        found = self.resolve(module, name)
        self.found.append(found)
        if may_be_called(module, name):
            self.callables.append(found)
        return found

    def resolve(self, module: str, name: str) -> object:
        """Give what an allowed name stands for."""
        found = super().find_class(module, name)
        if not is_as_named(module, name, found):
            raise ModelUntrusted(refusal(f"{module}.{name}"))
        return found


class NameScanner(RestrictedUnpickler):
    """Walks through a file with placeholders instead of objects, and collects the foreign names in it."""

    def __init__(self, filename: str, file: BinaryIO, ensure_native_byte_order: bool) -> None:
        super().__init__(filename, file, ensure_native_byte_order)
        self.foreign: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        if may_be_named(module, name):
            return super().find_class(module, name)
        self.foreign.add(f"{module}.{name}")
        placeholder = _placeholder(name)
        self.callables.append(placeholder)
        return placeholder

    def resolve(self, module: str, name: str) -> object:
        return super().resolve(module, name) if (module, name) in _MEASURES else _placeholder(name)


def restricted(operations: Operations) -> Operations:
    """Give an unpickler's operations without those no model needs, calling listed functions only."""
    reduce, build = operations[pickle.REDUCE[0]], operations[pickle.BUILD[0]]

    def checked_reduce(unpickler: _Reading) -> None:
        function = unpickler.stack[-2]
        if not any(function is allowed for allowed in unpickler.callables):
            raise ModelUntrusted(refusal(f"a call of {_name(function)}"))
        reduce(unpickler)

    def checked_build(unpickler: _Reading) -> None:
        target, state = unpickler.stack[-2:]
        if any(target is found for found in unpickler.found):
            raise ModelUntrusted(refusal(f"a change of {_name(target)} itself"))
        if type(target).__name__ == "NumpyArrayWrapper" and not _is_plain_array(state):
            raise ModelUntrusted(refusal("an array of objects that the registry did not write"))
        build(unpickler)

    checked = {pickle.REDUCE[0]: checked_reduce, pickle.BUILD[0]: checked_build}
    return {**operations, **{code[0]: _refuse for code in _UNUSED}, **checked}


def refusal(what: str) -> str:
    """Say what a file holds that it may not."""
    return f"The model file holds {what}, which a model may not; nothing of it was run. Do not use this file."


class _Placeholder:
    """Stands for any object: accepts all that an unpickler does to one, and does nothing."""

    def __new__(cls, *arguments: object, **named: object) -> _Placeholder:
        return object.__new__(cls)

    def __init__(self, *arguments: object, **named: object) -> None: ...

    def __setstate__(self, state: object) -> None: ...

    def __setitem__(self, key: object, value: object) -> None: ...

    def append(self, item: object) -> None: ...

    def extend(self, items: object) -> None: ...


def _placeholder(name: str) -> type[_Placeholder]:
    return type(name, (_Placeholder,), {})


def _without_padding(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    # The gaps between the fields of a record (nodes of a tree) hold whatever was in memory; zeros_like
    # leaves them as they are.
    clean = np.zeros(array.shape, array.dtype, order="F" if array.flags.fnc else "C")
    for name in array.dtype.names or ():
        clean[name] = array[name]
    return clean


def _name(found: object) -> str:
    return str(getattr(found, "__qualname__", type(found).__name__))


def _is_plain_array(state: object) -> bool:
    dtype = state.get("dtype") if isinstance(state, dict) else None
    return isinstance(dtype, np.dtype) and not dtype.hasobject


def _refuse(unpickler: _Reading) -> None:
    raise ModelUntrusted(refusal("an operation that models do not use"))

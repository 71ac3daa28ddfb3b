"""Which column of a file is which field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from triage.errors import ImportUnreadable


@dataclass(frozen=True, slots=True)
class Renaming:
    """Fields by column. A column that is not named here is a field when it bears its name, whatever the case.

    Where a named column takes a field, a column that bears the field's own name becomes an attribute.
    """

    fields: Mapping[str, str]
    known: tuple[str, ...]

    @classmethod
    def checked(cls, mapping: Mapping[str, str], known: tuple[str, ...]) -> Renaming:
        """Takes ``mapping`` from column to field.

        Raises:
            ImportUnreadable: It names a field that does not exist, or one field for two columns.
        """
        fields = {column.strip(): name.strip() for column, name in mapping.items()}
        unknown = sorted({name for name in fields.values() if name not in known})
        if unknown:
            raise ImportUnreadable(
                f"There is no field {', '.join(map(repr, unknown))} to map to; the fields are {', '.join(known)}."
            )
        given = list(fields.values())
        twice = sorted({name for name in given if given.count(name) > 1})
        if twice:
            raise ImportUnreadable(f"Two columns are mapped to {', '.join(twice)}; name one.")
        return cls(fields, known)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are named."""
        return tuple(self.fields)

    @property
    def wanted(self) -> frozenset[str]:
        """Names in lower case that a header is expected to hold some of."""
        return frozenset(self.known) | {column.lower() for column in self.fields}

    def names(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the name under which each column is read: its field's, or its own as an attribute."""
        taken = {self.fields[column] for column in columns if column in self.fields}
        named = []
        for column in columns:
            name = self._name(column)
            named.append(f"{column} (as it came)" if column not in self.fields and name in taken else name)
        return tuple(named)

    def check_columns(self, columns: Iterable[str], needed: tuple[str, ...]) -> None:
        """Raises `ImportUnreadable` where no column of a table is one of ``needed``."""
        present = list(columns)
        if not any(self._name(column) in needed for column in present):
            raise ImportUnreadable(
                f"No column is {' or '.join(needed)}; there are {', '.join(map(repr, present))}. "
                f"Name it with --map COLUMN={needed[0]}."
            )

    def check_used(self, columns: Collection[str]) -> None:
        """Raises `ImportUnreadable` where a named column was never seen."""
        missing = [column for column in self.fields if column not in columns]
        if missing:
            raise ImportUnreadable(
                f"There is no column {', '.join(map(repr, missing))} to map; there are "
                f"{', '.join(map(repr, sorted(columns)))}."
            )

    def _name(self, column: str) -> str:
        if column in self.fields:
            return self.fields[column]
        plain = column.strip().lower().replace(" ", "_").replace("-", "_")
        return plain if plain in self.known else column

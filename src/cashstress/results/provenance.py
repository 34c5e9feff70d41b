"""Where a result comes from: versions, libraries, platform."""

from __future__ import annotations

import platform
import warnings
from functools import lru_cache
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Final

import attrs

from cashstress.errors import ProvenanceWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Environment", "here", "version", "warn_if_elsewhere"]

#: Libraries on whose arithmetic, order of events or calendars a figure may depend.
_LIBRARIES: Final = ("numpy", "scipy", "simpy", "attrs", "cattrs", "holidays")
_UNKNOWN: Final = "unknown"


@attrs.frozen(kw_only=True)
class Environment:
    """What a result was made with.

    Attributes
    ----------
    version : str
        Of cashstress.
    python : str
    platform : str
        System and kind of processor.
    processor_features : str
        The highest set of vector instructions that NumPy uses there.
    libraries : mapping of str to str
        Their versions.
    """

    version: str
    python: str
    platform: str
    processor_features: str
    libraries: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> Environment:
        """Return the environment that `to_dict` described; what is missing is unknown."""
        words = {field.name: str(table.get(field.name, _UNKNOWN)) for field in attrs.fields(cls)}
        libraries = table.get("libraries")
        given = libraries if isinstance(libraries, dict) else {}
        return cls(**words | {"libraries": {str(k): str(v) for k, v in given.items()}})  # type: ignore[arg-type]

    def differences(self, other: Environment) -> list[str]:
        """Return what is not the same in another one, in words."""
        pairs = [
            ("cashstress", self.version, other.version),
            *(
                (name, self.libraries.get(name, _UNKNOWN), other.libraries.get(name, _UNKNOWN))
                for name in dict.fromkeys([*self.libraries, *other.libraries])
            ),
            ("Python", self.python, other.python),
            ("the platform", self.platform, other.platform),
            ("processor features", self.processor_features, other.processor_features),
        ]
        return [f"{name} {ours} (here {theirs})" for name, ours, theirs in pairs if ours != theirs]


@lru_cache(maxsize=1)
def here() -> Environment:
    """Return the environment of this process."""
    return Environment(
        version=version(),
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        processor_features=_processor_features(),
        libraries={name: _version_of(name) for name in _LIBRARIES},
    )


def version() -> str:
    """Return the version of the library, or "unknown" where it was never installed."""
    return _version_of("cashstress")


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _UNKNOWN


def _processor_features() -> str:
    """Return the last feature that NumPy finds, of those it lists from old to new."""
    try:
        features = import_module("numpy._core._multiarray_umath").__cpu_features__
    except (ImportError, AttributeError):  # pragma: no cover -- other versions keep it elsewhere
        return _UNKNOWN
    found = [name for name, on in features.items() if on]
    return str(found[-1]) if found else "none"


def warn_if_elsewhere(path: str, made: Environment) -> None:
    """Say so when a result was made with something else than what is here."""
    differences = made.differences(here())
    if differences:
        warnings.warn(
            f"{path} was made with {', '.join(differences)}. Its figures are shown as they were; "
            "a run of today may differ in some of them",
            ProvenanceWarning,
            stacklevel=3,
        )

"""`doctor`: what works on this computer, and what the rest would need.

Each check is a row: good, absent (an option that is not installed) or bad (something that the backend cannot do
without). The exit code is 0 unless a row is bad. Imports happen inside the checks, so that a broken package is a row.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.models import settings
from backend.providers import ROLES, Provider, Role, folder_of
from protocol.errors import ModelsMissing

GOOD, ABSENT, BAD = "good", "absent", "bad"
_MARKS = {GOOD: "ok", ABSENT: "--", BAD: "!!"}
_ANNY_FIRST_START = "about a minute, once"
_NO_GPU_NEEDED = "people from words do without"


@dataclass(frozen=True)
class Row:
    """One thing that works or does not."""

    group: str
    name: str
    state: str  # GOOD, ABSENT or BAD
    found: str
    needs: str = ""  # what to do about it


def register(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("doctor", help="what works here, and what would need what")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=doctor)


def doctor(arguments: argparse.Namespace) -> int:
    rows = list(examine())
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        print(table(rows))
    return 1 if any(row.state == BAD for row in rows) else 0


def examine() -> Iterator[Row]:
    """All rows. A check that fails in a way nobody thought of is a bad row, too."""
    for group, check in CHECKS:
        try:
            yield from check(group)
        except Exception as error:
            yield Row(group, check.__name__.strip("_"), BAD, f"{type(error).__name__}: {error}"[:200])


def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    width = max(len(row.name) for row in rows)
    lines = [f"Staffage backend on {platform.platform()}"]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines += ["", group]
        lines.append(f"  {_MARKS[row.state]}  {row.name:<{width}}  {row.found}")
        if row.needs:
            lines.append(f"      {'':<{width}}  needs: {row.needs}")
    bad = [row.name for row in rows if row.state == BAD]
    verdict = f"Does not work yet: {', '.join(bad)}." if bad else "Ready: people in a scene, from words, right here."
    return "\n".join([*lines, "", verdict])


# --- the checks -----------------------------------------------------------------------------------------------------


def _python(group: str) -> Iterator[Row]:
    # An older one cannot read this file.
    found = f"{platform.python_version()} at {sys.executable}"
    yield Row(group, "Python", GOOD, found)


def _computer(group: str) -> Iterator[Row]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Row(group, "processor", GOOD, f"{cores} cores")
    memory = _memory_bytes()
    if memory:
        small = memory < 4 * 2**30
        yield Row(group, "memory", GOOD, f"{memory / 2**30:.1f} GiB", "4 GiB are recommended" if small else "")


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


def _packages(group: str) -> Iterator[Row]:
    modules = {"numpy": "numpy", "scipy": "scipy", "pyzmq": "zmq", "trimesh": "trimesh", "torch": "torch"}
    for name, module in modules.items():
        yield _package(group, name, module)


def _package(group: str, name: str, module: str) -> Row:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return Row(group, name, BAD, f"cannot be imported: {error}"[:160], f"pip install {name}")
    return Row(group, name, GOOD, importlib.metadata.version(name))


def _body(group: str) -> Iterator[Row]:
    # Not imported: that takes seconds and prints a banner.
    if importlib.util.find_spec("anny") is None:
        yield Row(group, "Anny", BAD, "not installed", "pip install anny")
        return
    yield Row(group, "Anny", GOOD, importlib.metadata.version("anny"))
    folder = _anny_cache()
    files = [file for file in folder.rglob("*.safetensors") if file.is_file()]
    if files:
        size = sum(file.stat().st_size for file in files)
        yield Row(group, "Anny's cache", GOOD, f"{size / 2**20:.0f} MiB in {folder}")
    else:
        yield Row(group, "Anny's cache", ABSENT, f"none in {folder}", f"a first start, {_ANNY_FIRST_START}")


def _anny_cache() -> Path:
    return Path(os.environ.get("ANNY_CACHE_DIR") or Path.home() / ".cache" / "anny").expanduser()


def _gpu(group: str) -> Iterator[Row]:
    import torch

    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            yield Row(group, "CUDA", GOOD, f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB")
    elif torch.version.cuda:
        yield Row(group, "CUDA", ABSENT, "no GPU found", f"an NVIDIA GPU and its driver; {_NO_GPU_NEEDED}")
    else:
        yield Row(group, "CUDA", ABSENT, "torch is built for the CPU", f"a torch built for a GPU; {_NO_GPU_NEEDED}")


def _evaluation(group: str) -> Iterator[Row]:
    # Not imported: one process can hold bpy only once, and it takes seconds.
    if importlib.util.find_spec("bpy") is None:
        yield Row(group, "bpy", ABSENT, "not installed", 'pip install "staffage[blender]", for run, evaluate and demo')
    else:
        yield Row(group, "bpy", GOOD, importlib.metadata.version("bpy"))


def _options(group: str) -> Iterator[Row]:
    """What is configured for each role, else who could fill it."""
    for role in ROLES:
        value = settings.configured(role.key)
        if value:
            yield _configured(group, role, value)
        for provider in role.providers:
            optional = provider.layout.kind or (provider.modules and provider.modules != ("anny",))
            told = value and provider.layout.kind and not provider.missing_modules
            if optional and provider.used and not told:
                yield _option(group, role, provider)


def _configured(group: str, role: Role, value: str) -> Row:
    """Whether what is configured is there and whole."""
    from backend.models.diagnose import check

    try:
        problems = check(role, folder_of(role.key))
    except ModelsMissing as error:
        return Row(group, role.name, ABSENT, f"{value} is not there", error.remedy)
    if problems:
        return Row(group, role.name, ABSENT, f"{value} cannot be used", " ".join(problems))
    return Row(group, role.name, GOOD, value)


def _option(group: str, role: Role, provider: Provider) -> Row:
    name = f"{role.name}: {provider.name}"
    gpu = "; a GPU" if provider.gpu else ""
    if provider.missing_modules:
        return Row(group, name, ABSENT, "not installed", provider.install + gpu)
    if provider.layout.kind and not settings.configured(role.key):
        way = f"fetch {role.key}" if provider.sources else f"add {role.key} FOLDER"
        return Row(group, name, ABSENT, "no weights configured", f"python -m backend models {way}{gpu}")
    return Row(group, name, GOOD, "installed" + (", wants a GPU" if provider.gpu else ""))


def _service(group: str) -> Iterator[Row]:
    from backend.service.blocking import knock
    from protocol.connection import default_connection_file, read_connection, user_data_dir
    from protocol.errors import BackendMissing

    folder = user_data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    writable = os.access(folder, os.W_OK)
    yield Row(group, "data folder", GOOD if writable else BAD, str(folder), "" if writable else "to be writable")
    try:
        connection = read_connection(default_connection_file())
    except BackendMissing:
        yield Row(group, "backend", ABSENT, "not running", "python -m backend serve, or Start in Blender")
        return
    if knock(connection.endpoint):
        yield Row(group, "backend", GOOD, f"process {connection.pid} at {connection.endpoint}")
    else:
        yield Row(group, "backend", ABSENT, f"process {connection.pid} does not answer", "a restart")


CHECKS: tuple[tuple[str, Callable[[str], Iterator[Row]]], ...] = (
    ("This computer", _python),
    ("This computer", _computer),
    ("Packages", _packages),
    ("Body", _body),
    ("GPU", _gpu),
    ("Blender as a module", _evaluation),
    ("Options (none is needed; “models list” tells more)", _options),
    ("Service", _service),
)

"""Build the installable zips of the Blender extension: `python build_addon.py [--out dist]`.

Two zips, because Blender judges wheels so (cli/blender_ext.py and bl_extension_ops.py of its bl_pkg, the same in 4.2
and 5.2): a zip is for the union of the Python versions of its wheels, in which "any Python 3 from this one on" (abi3)
counts for nothing beside an exact version; of the wheels, those whose tags fit are installed.

    staffage-VERSION.zip                 Blender from blender.org, 4.2 to 5.2: one pyzmq wheel per platform for Python
                                         3.11 (until 5.0) and one for 3.13 (from 5.1). pyzmq 26.4 is the last with both.
    staffage-VERSION_system-python.zip   Blender 5.1 and later from a Linux distribution, built against whatever Python
                                         the distribution has: the abi3 wheel of pyzmq 27, for Python 3.12 and later.

Each fits every Blender of its range with exactly one wheel (tests/blender/test_wheels.py).
Wheels come from whatever index pip is set up for and are kept in build/wheels.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE, PROTOCOL = HERE / "blender_addon", HERE / "protocol"
WHEELS = HERE / "build" / "wheels"
STAGE = HERE / "build" / "addon"

# Blender's name of a platform → what pip calls it.
PLATFORMS = {
    "linux-x64": "manylinux_2_28_x86_64",
    "linux-arm64": "manylinux_2_28_aarch64",
    "macos-arm64": "macosx_11_0_arm64",
    "macos-x64": "macosx_10_15_x86_64",
    "windows-x64": "win_amd64",
    "windows-arm64": "win_arm64",
}


@dataclass(frozen=True)
class Zip:
    """One of the zips. `pythons` maps a Python version to its wheels' abi."""

    suffix: str
    pyzmq: str
    pythons: tuple[tuple[str, str], ...]
    platforms: tuple[str, ...]
    blender_version_min: str = ""  # empty: as the manifest says


STANDARD = Zip(
    suffix="",
    pyzmq="26.4.0",
    pythons=(("3.11", "cp311"), ("3.13", "cp313")),
    platforms=("linux-x64", "macos-arm64", "macos-x64", "windows-arm64", "windows-x64"),
)
SYSTEM_PYTHON = Zip(
    suffix="_system-python",
    pyzmq="27.3.0",
    pythons=(("3.12", "abi3"),),
    platforms=("linux-arm64", "linux-x64"),
    blender_version_min="5.1.0",
)
ZIPS = (STANDARD, SYSTEM_PYTHON)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the zips of the Blender extension.")
    parser.add_argument("--out", type=Path, default=HERE / "dist", help="where the zips go")
    parser.add_argument("--platform", action="append", choices=sorted(PLATFORMS), help="only these; all if not given")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for wanted in ZIPS:
        platforms = [name for name in wanted.platforms if not options.platform or name in options.platform]
        if not platforms:
            continue
        path = build(wanted, platforms, options.out)
        verdict = validate(path)
        print(f"{path}: {path.stat().st_size / 2**20:.1f} MiB for {', '.join(platforms)}; {verdict}")
    return 0


def build(wanted: Zip, platforms: Sequence[str], out: Path) -> Path:
    """Make one zip."""
    stage = STAGE / f"staffage{wanted.suffix}"
    shutil.rmtree(stage, ignore_errors=True)
    copy_sources(stage)
    wheels = fetch_wheels(wanted, platforms)
    (stage / "wheels").mkdir()
    for wheel in wheels:
        shutil.copy2(wheel, stage / "wheels" / wheel.name)
    manifest = write_manifest(stage / "blender_manifest.toml", wanted, platforms, [wheel.name for wheel in wheels])
    path = out / f"staffage-{manifest['version']}{wanted.suffix}.zip"
    write_zip(stage, path)
    return path


def copy_sources(stage: Path) -> None:
    """The extension with the protocol inside, for the extension has only relative imports."""
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(SOURCE, stage, ignore=unwanted)
    shutil.copytree(PROTOCOL, stage / "protocol", ignore=unwanted)
    if (HERE / "LICENSE").is_file():
        shutil.copy2(HERE / "LICENSE", stage / "LICENSE")


# --- wheels ---------------------------------------------------------------------------------------------------------


def fetch_wheels(wanted: Zip, platforms: Sequence[str]) -> list[Path]:
    """The pyzmq wheels for every platform and Python of a zip, downloaded where they are not yet in build/wheels."""
    found: set[Path] = set()
    for platform in platforms:
        for python, abi in wanted.pythons:
            folder = WHEELS / f"pyzmq-{wanted.pyzmq}" / f"{platform}-{abi}"
            if not list(folder.glob("*.whl")):
                download_wheel(f"pyzmq=={wanted.pyzmq}", PLATFORMS[platform], python, abi, folder)
            (wheel,) = folder.glob("*.whl")
            found.add(wheel)
    by_name = {wheel.name: wheel for wheel in found}  # macOS' two platforms share a wheel
    return [by_name[name] for name in sorted(by_name)]


def download_wheel(requirement: str, platform: str, python: str, abi: str, folder: Path) -> None:
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--platform", platform, "--implementation", "cp"]
    command += ["--python-version", python, "--abi", abi, "--dest", str(fresh), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"No wheel of {requirement} for {platform}, Python {python}:\n{done.stderr.strip()}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


# --- manifest and zip -----------------------------------------------------------------------------------------------


def write_manifest(path: Path, wanted: Zip, platforms: Sequence[str], wheels: Sequence[str]) -> dict:
    """Add what only the build knows. Returns the manifest as Blender will read it."""
    text = re.sub(r"^# build_addon\.py adds.*\n", added(platforms, wheels), path.read_text("utf-8"), flags=re.MULTILINE)
    if wanted.blender_version_min:
        text = re.sub(r'^blender_version_min = ".*"$', f'blender_version_min = "{wanted.blender_version_min}"', text,
                      flags=re.MULTILINE)  # fmt: skip
    path.write_text(text, "utf-8")
    manifest = tomllib.loads(text)
    if manifest.get("wheels") is None or manifest.get("platforms") != list(platforms):
        raise SystemExit("blender_manifest.toml has lost the line that build_addon.py replaces.")
    return manifest


def added(platforms: Sequence[str], wheels: Sequence[str]) -> str:
    def listed(name: str, items: Sequence[str]) -> str:
        return "\n".join([f"{name} = [", *(f'  "{item}",' for item in items), "]", ""])

    return listed("platforms", platforms) + listed("wheels", [f"./wheels/{wheel}" for wheel in wheels])


def write_zip(folder: Path, path: Path) -> None:
    """The same files give the same bytes: sorted, and with one date for all."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(item for item in folder.rglob("*") if item.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            stored = file.suffix == ".whl"  # a zip itself
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


# --- Blender's own judgement ----------------------------------------------------------------------------------------


def validate(path: Path) -> str:
    """What Blender's validator says; ends the build if it finds fault."""
    command = next(validators(), None)
    if command is None:
        return "not validated: there is neither a blender on the PATH nor bpy in this Python"
    done = subprocess.run([*command, "validate", str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Blender refuses {path.name}:\n{done.stdout}{done.stderr}")
    return "validated by Blender"


def validators() -> Iterator[list[str]]:
    """Commands that take `validate ZIP`. The one inside bpy runs without loading Blender."""
    spec = importlib.util.find_spec("bpy")
    if spec and spec.origin:
        for script in sorted(Path(spec.origin).parent.glob("**/bl_pkg/cli/blender_ext.py")):
            yield [sys.executable, str(script)]
        for script in sorted(Path(spec.origin).parents[2].glob("addons_core/bl_pkg/cli/blender_ext.py")):
            yield [sys.executable, str(script)]
    if blender := shutil.which("blender"):
        yield [blender, "--background", "--factory-startup", "--command", "extension"]


if __name__ == "__main__":
    raise SystemExit(main())

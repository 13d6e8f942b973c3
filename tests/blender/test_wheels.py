"""Every Blender from 4.2 to 5.2, on every platform, finds exactly one pyzmq in the zip that is meant for it.

Judged twice: by the tags as pip understands them, and by Blender's own code, both the gate that a zip must pass and the
choice of what is installed.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
import zipfile

import pytest
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

import build_addon
from tests.blender import blenders

# Blender's platform → what `sysconfig.get_platform()` says there.
SYSCONFIG = {
    "linux-x64": "linux-x86_64",
    "linux-arm64": "linux-aarch64",
    "macos-arm64": "macosx-11.2-arm64",
    "macos-x64": "macosx-10.15-x86_64",
    "windows-x64": "win-amd64",
    "windows-arm64": "win-arm64",
}

# (Blender, Python, platforms) as blender.org ships them, and two distributions' builds.
OFFICIAL = [
    ("4.2.0", (3, 11), ("linux-x64", "macos-arm64", "macos-x64", "windows-x64")),
    ("4.5.0", (3, 11), ("linux-x64", "macos-arm64", "macos-x64", "windows-x64", "windows-arm64")),
    ("5.0.0", (3, 11), ("linux-x64", "macos-arm64", "windows-x64", "windows-arm64")),
    ("5.1.0", (3, 13), ("linux-x64", "macos-arm64", "windows-x64", "windows-arm64")),
    ("5.2.3", (3, 13), ("linux-x64", "macos-arm64", "windows-x64", "windows-arm64")),
]
SYSTEM = [
    ("5.1.0", (3, 12), ("linux-x64", "linux-arm64")),
    ("5.2.0", (3, 13), ("linux-x64", "linux-arm64")),
    ("5.2.2", (3, 14), ("linux-x64", "linux-arm64")),
]
CASES = [
    (zip_.suffix, blender, python, platform)
    for zip_, rows in ((build_addon.STANDARD, OFFICIAL), (build_addon.SYSTEM_PYTHON, SYSTEM))
    for blender, python, platforms in rows
    for platform in platforms
]


def manifest(path) -> dict:
    with zipfile.ZipFile(path) as archive:
        return tomllib.loads(archive.read("blender_manifest.toml").decode())


def tags_of(platform: str, python: tuple[int, int]) -> set[Tag]:
    if platform.startswith("macos"):
        names = list(mac_platforms((11, 0), "arm64" if platform.endswith("arm64") else "x86_64"))
    elif platform.startswith("linux"):
        machine = "aarch64" if platform.endswith("arm64") else "x86_64"
        names = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)]  # Blender itself needs glibc 2.28
    else:
        names = [SYSCONFIG[platform].replace("-", "_")]
    abi = f"cp{python[0]}{python[1]}"
    return {*cpython_tags(python, [abi], names), *compatible_tags(python, abi, names)}


@pytest.mark.parametrize(("suffix", "blender", "python", "platform"), CASES)
def test_exactly_one_wheel_by_its_tags(zips, suffix, blender, python, platform):
    found = manifest(zips[suffix])
    assert platform in found["platforms"]
    assert _version(found["blender_version_min"]) <= _version(blender)
    names = [wheel.rpartition("/")[2] for wheel in found["wheels"]]
    fitting = [name for name in names if parse_wheel_filename(name)[3] & tags_of(platform, python)]
    assert len(fitting) == 1, fitting
    assert fitting[0].startswith("pyzmq-")


QUESTION = """
import json, os, sys, sysconfig
import bpy
import addon_utils
addon_utils.enable("bl_pkg")
import bl_pkg.bl_extension_ops as choice
from bl_pkg.cli import blender_ext as gate

answers, real = [], sys.version_info
for manifest, blender, python, platform, name in json.loads(sys.argv[1]):
    sys.version_info, sysconfig.get_platform = (*python, 0), lambda: name
    try:
        chosen = choice._extensions_wheel_filter_for_this_system(manifest["wheels"])
    finally:
        sys.version_info = real
    manifest["python_versions"] = [
        ".".join(map(str, version)) for version in gate.python_versions_from_wheels(manifest["wheels"])
    ]
    reasons = []
    gate.repository_filter_skip(
        manifest,
        filter_blender_version=tuple(blender),
        filter_platform=platform,
        filter_python_version=(*python, 0),
        skip_message_fn=reasons.append,
        error_fn=lambda error: reasons.append(str(error)),
    )
    answers.append([chosen, reasons])
print("ANSWERS" + json.dumps(answers), flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("version", blenders.VERSIONS)
def test_exactly_one_wheel_by_blenders_own_code(zips, version):
    questions = [
        (manifest(zips[suffix]), _version(blender), python, platform, SYSCONFIG[platform])
        for suffix, blender, python, platform in CASES
    ]
    for case, (chosen, reasons) in zip(CASES, ask(version, questions), strict=True):
        assert not reasons, f"{case}: Blender would refuse the zip: {reasons}"
        assert len(chosen) == 1, (case, chosen)


def test_the_two_kinds_of_wheel_in_one_zip_would_be_refused(zips):
    """Why there are two zips: beside an exact version, Blender forgets what an abi3 wheel can do."""
    together = manifest(zips[""])
    together["wheels"] = [wheel for path in zips.values() for wheel in manifest(path)["wheels"]]
    ((_, reasons),) = ask(blenders.OWN, [(together, (5, 2, 2), (3, 14), "linux-x64", "linux-x86_64")])
    assert "Python version (3.14)" in reasons[0]


def test_the_wrong_zip_is_refused_in_words(zips):
    """Blender says why, instead of installing what cannot work."""
    questions = [
        (manifest(zips[""]), (5, 2, 2), (3, 14), "linux-x64", "linux-x86_64"),
        (manifest(zips["_system-python"]), (5, 0, 0), (3, 11), "linux-x64", "linux-x86_64"),
        (manifest(zips["_system-python"]), (5, 2, 0), (3, 13), "windows-x64", "win-amd64"),
    ]
    for _, reasons in ask(blenders.OWN, questions):
        assert reasons


def ask(version: str, questions: list) -> list:
    """Blender's answers: chosen wheels, and why the zip would be refused, if it would be."""
    with blenders.user_folder() as environment:
        command = [blenders.python_of(version), "-c", QUESTION, json.dumps(questions)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("ANSWERS")), None)
    assert line, done.stdout + done.stderr
    return json.loads(line.removeprefix("ANSWERS"))


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))

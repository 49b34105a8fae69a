"""The wheel: what is in it, what is not, and that it works far from the checkout, without torch."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest

import fitter
import realtime
from realtime.pictures import read_picture

ROOT = Path(__file__).parent.parent
# What only the extras bring: the renderer must do without.
EXTRAS_ONLY = (
    "torch",
    "skimage",
    "av",
    "scipy",
    "matplotlib",
    "pytest",
    "hypothesis",
    "moderngl_window",
)


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """Build it from a copy without history, as anybody would from a source archive; no network."""
    source = tmp_path_factory.mktemp("source") / "diskblur"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = out.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory) -> Path:
    """The wheel unpacked, which is what installing a pure one does."""
    folder = tmp_path_factory.mktemp("site")
    wheel.extractall(folder)
    return folder


def run_away(site: Path, folder: Path, code: str) -> subprocess.CompletedProcess:
    """Run code in `folder` with the wheel importable, the checkout and the extras not."""
    hide = f"""
import sys
root = {str(ROOT)!r}
sys.path[:] = [{str(site)!r}] + [p for p in sys.path if p and not p.startswith(root + "/tests")
                                 and p != root]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in str(f).lower()]
for name in {EXTRAS_ONLY!r}:
    sys.modules[name] = None  # as if it were not installed
"""
    command = [sys.executable, "-W", "error", "-P", "-c", hide + code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


# What is in it


def test_the_wheel_is_pure_and_named_by_its_version(wheel):
    assert Path(wheel.filename).name == f"diskblur-{project()['version']}-py3-none-any.whl"


@pytest.mark.parametrize("folder", ["shaders", "scenes"])
def test_shaders_and_scenes_travel_inside(wheel, folder):
    """Every file that the checkout holds, byte for byte, under realtime/data/."""
    here = [p for p in (ROOT / folder).rglob("*") if p.is_file()]
    here = [p for p in here if "__pycache__" not in p.parts]
    assert len(here) >= 3
    inside = {n for n in wheel.namelist() if n.startswith(f"realtime/data/{folder}/")}
    assert inside == {f"realtime/data/{p.relative_to(ROOT).as_posix()}" for p in here}
    for path in here:
        assert wheel.read(f"realtime/data/{path.relative_to(ROOT)}") == path.read_bytes()


def test_every_module_travels_inside_and_nothing_else_does(wheel):
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("realtime", "fitter")
        for path in (ROOT / package).rglob("*.py")
    }
    names = {n for n in wheel.namelist() if ".dist-info/" not in n}
    data = {n for n in names if n.startswith("realtime/data/")}
    lenses = {f"fitter/data/{path.name}" for path in (ROOT / "fitter/data").glob("*.safetensors")}
    assert lenses
    assert names - data == modules | lenses
    assert not [n for n in data if n.endswith((".py", ".pyc"))]


def test_the_licence_travels_inside(wheel):
    info = f"diskblur-{project()['version']}.dist-info"
    text = wheel.read(f"{info}/licenses/LICENSE").decode()
    assert text.startswith("MIT License\n")
    assert text == (ROOT / "LICENSE").read_text()


def test_metadata(site):
    info = importlib.metadata.PathDistribution(next(site.glob("*.dist-info")))
    facts = info.metadata
    assert (facts["Name"], facts["Version"]) == ("diskblur", "0.1.0")
    assert facts["License-Expression"] == "MIT"
    assert facts["Requires-Python"] == ">=3.11"
    assert set(facts.get_all("Provides-Extra")) == {"fit", "video", "view", "profile", "test"}
    commands = {e.name: e.value for e in info.entry_points if e.group == "console_scripts"}
    assert commands == {"diskblur": "realtime.cli:main", "diskblur-fit": "fitter.cli:main"}
    assert "script/demo" in facts.get_payload(), "the README is its description"


def test_what_only_fitting_needs_is_an_extra():
    def names(requirements: list[str]) -> set[str]:
        return {re.match(r"[\w-]+", text)[0].lower() for text in requirements}

    extras = project()["optional-dependencies"]
    assert not names(project()["dependencies"]) & set(EXTRAS_ONLY)
    assert names(extras["fit"]) == {"torch", "scikit-image", "matplotlib"}
    assert names(extras["video"]) == {"av"}
    assert "moderngl-window" in names(extras["test"]) - names(project()["dependencies"])


def test_there_is_one_version():
    version = project()["version"]
    assert realtime.__version__ == version
    assert getattr(fitter, "__version__", version) == version
    changes = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert changes[0] == version


# That it works elsewhere


def test_it_imports_away_from_the_checkout_and_without_torch(site, tmp_path):
    run = run_away(
        site,
        tmp_path,
        "import realtime, realtime.cli, fitter.cli\n"
        "print(realtime.__file__); print(fitter.__file__)\n"
        "from realtime.resources import folder; print(folder('shaders')); print(folder('scenes'))",
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [
        str(site / "realtime" / "__init__.py"),
        str(site / "fitter" / "__init__.py"),
        str(site / "realtime" / "data" / "shaders"),
        str(site / "realtime" / "data" / "scenes"),
    ]


@pytest.mark.gl
@pytest.mark.parametrize(
    "scene", ["string_lights", "tabletop", "daylight", "window", "carousel", "miniature_city"]
)
def test_it_renders_away_from_the_checkout_and_without_torch(ctx, site, tmp_path, scene):
    """ctx: so that it is skipped or fails where there is no OpenGL, as all tests of it."""
    command = ["render", scene, "--blur", "none", "--size", "64x36", "--out", "x.png"]
    run = run_away(site, tmp_path, f"from realtime.cli import main\nsys.exit(main({command!r}))")
    assert run.returncode == 0, run.stderr
    picture = read_picture(tmp_path / "x.png")
    assert picture.shape == (36, 64, 3)
    assert np.ptp(picture) > 0.1, "it shows something"


def test_the_fitter_without_torch_says_what_to_install(site, tmp_path):
    command = ["bake", "--shape", "disk", "--max-radius", "8", "--out", "b.safetensors"]
    run = run_away(site, tmp_path, f"from fitter.cli import main\nsys.exit(main({command!r}))")
    assert (run.returncode, run.stdout) == (2, "")
    assert "pip install 'diskblur[fit]'" in run.stderr
    assert run.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_video_without_pyav_says_what_to_install(site, tmp_path):
    command = ["render", "string_lights", "--blur", "none", "--size", "8x6", "--out", "x.mp4"]
    run = run_away(site, tmp_path, f"from realtime.cli import main\nsys.exit(main({command!r}))")
    assert (run.returncode, run.stdout) == (2, "")
    assert "pip install 'diskblur[video]'" in run.stderr
    assert not list(tmp_path.iterdir())

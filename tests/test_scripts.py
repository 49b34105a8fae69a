"""script/setup, demo and test: their decisions, with fake tools on PATH. Nothing is installed."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = ("script/setup", "script/demo", "script/test", ".ci/run")
# What the scripts use of the system, apart from what each test fakes.
TOOLS = "bash cat cksum dirname env flock id mv rm sed sleep touch uname mkdir true".split()


class Checkout:
    """A copy of the scripts in a folder of their own, and a PATH that holds only what is put in."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin = folder / "a checkout", folder / "bin"
        self.log = folder / "log"
        for name in (*SCRIPTS, "script/constraints.txt", "pyproject.toml"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.root / name)
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))

    def fake(self, name: str, body: str = "", where: Path | None = None) -> None:
        """Make a tool that logs how it is called, then does `body`."""
        path = (where or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f'#!/bin/bash\necho "{path.name} $*" >>"{self.log}"\n{body}\n')
        path.chmod(0o755)

    def fake_venv(self, *tools: str) -> None:
        for tool in tools:
            self.fake(tool, where=self.root / ".venv" / "bin")

    def run(self, *command: str, cwd: Path | None = None, **variables: str):
        """Run a script of the checkout."""
        path = {"PATH": str(self.bin)}
        return subprocess.run(
            [self.root / command[0], *command[1:]],
            env=path | variables,
            cwd=cwd or self.bin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def bash(self, code: str, **variables: str):
        """Run code that may call the functions of script/setup."""
        return subprocess.run(
            [self.bin / "bash", "-c", f"source script/setup\n{code}"],
            env={"PATH": str(self.bin)} | variables,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def python_that(version: tuple[int, int], *modules: str) -> str:
    """Body of a fake Python: its version, and which of venv and ensurepip it can import."""
    known = "|".join(modules) or "none"
    return f"""case "$*" in
    *"sys.version_info < (3, "*) n="$*"; n="${{n##*(3, }}"; [ {version[1]} -ge "${{n%%)*}}" ] ;;
    *"%d.%d"*) echo {version[0]}.{version[1]} ;;
    *"import venv, ensurepip"*) [ "{known}" = "venv|ensurepip" ] ;;
    *--version*) echo "Python {version[0]}.{version[1]}.0" ;;
    *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *) ;;
    esac"""


WHOLE = ("venv", "ensurepip")


# All of them


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_can_be_executed_and_stop_at_the_first_error(script):
    path = ROOT / script
    assert os.access(path, os.X_OK)
    text = path.read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    subprocess.run(["bash", "-n", path], check=True)


@pytest.mark.parametrize("script", [*SCRIPTS, "script/constraints.txt"])
def test_scripts_name_no_package_index(script):
    assert not re.search(r"https?://|pypi|\w\.org\b", (ROOT / script).read_text())


def test_ci_runs_the_tests_as_a_person_does(checkout):
    checkout.fake("test", where=checkout.root / "script")
    run = checkout.run(".ci/run")
    assert (run.returncode, checkout.calls()) == (0, ["test "])


# script/demo


def demo(checkout, *arguments: str, **variables: str):
    """Run script/demo with a set-up and commands that only log their calls."""
    checkout.fake("setup", where=checkout.root / "script")
    checkout.fake_venv("diskblur", "diskblur-fit")
    return checkout.run("script/demo", *arguments, **variables)


BAKE = (
    "diskblur-fit bake --shape disk --max-radius 32 --knots 11 --taps 24,4 "
    "--equal-weights --straight 3 --out out/bank/disk.safetensors"
)


def test_demo_without_a_display_bakes_and_renders(checkout):
    run = demo(checkout)
    assert run.returncode == 0, run.stderr
    assert checkout.calls() == [
        "setup ",
        BAKE,
        "diskblur demo --bank out/bank/disk.safetensors --out out",
    ]


def test_demo_forwards_its_options_and_what_follows_two_dashes(checkout):
    demo(checkout, "--frames=6", "--size", "64x36", "--headless", "--", "--f-number", "2")
    assert checkout.calls()[-1] == (
        "diskblur demo --bank out/bank/disk.safetensors --out out "
        "--frames 6 --size 64x36 --f-number 2"
    )


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_demo_with_a_display_opens_the_window(checkout, variable):
    demo(checkout, "--frames", "6", **{variable: ":7"})
    view = "diskblur view --bank out/bank/disk.safetensors --frames 6"
    assert checkout.calls() == ["setup ", BAKE, view], "bakes the bank that is missing"
    (checkout.root / "out" / "bank").mkdir(parents=True)
    (checkout.root / "out" / "bank" / "disk.safetensors").touch()
    checkout.log.unlink()
    demo(checkout, "--frames", "6", **{variable: ":7"})
    assert checkout.calls() == ["setup ", view], "and only that"


def test_demo_headless_ignores_the_display(checkout):
    demo(checkout, "--headless", DISPLAY=":7")
    assert checkout.calls()[-1].startswith("diskblur demo ")


@pytest.mark.parametrize("step", ["setup", "diskblur-fit", "diskblur"])
def test_demo_ends_with_the_code_of_the_step_that_fails(checkout, step):
    checkout.fake("setup", where=checkout.root / "script")
    checkout.fake_venv("diskblur", "diskblur-fit")
    folder = checkout.root / ("script" if step == "setup" else ".venv/bin")
    checkout.fake(step, "exit 2", where=folder)
    assert checkout.run("script/demo").returncode == 2
    assert checkout.calls()[-1].startswith(step)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_demo_help_sets_nothing_up(checkout, option):
    run = demo(checkout, option)
    assert (run.returncode, run.stderr, checkout.calls()) == (0, "", [])
    for word in ("usage: script/demo", "--headless", "--frames N", "--size WxH", "out/demo.mp4"):
        assert word in run.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fast"], "demo: --fast: an unknown option, --headless, --frames or --size expected."),
        (["tabletop"], "demo: tabletop: an unknown option"),
        (["--frames"], "demo: --frames: no value, one expected."),
        (["--frames", "0"], "demo: --frames: '0', a whole number from 1 up expected."),
        (["--frames=-3"], "demo: --frames: '-3', a whole number"),
        (["--frames", "4.5"], "demo: --frames: '4.5', a whole number"),
        (["--size", "960"], "demo: --size: '960', width and height in px above 0 expected"),
        (["--size", "0x9"], "demo: --size: '0x9', width and height"),
        (["--size=axb"], "demo: --size: 'axb', width and height"),
    ],
)
def test_demo_refuses_bad_options_before_it_sets_anything_up(checkout, arguments, sentence):
    run = demo(checkout, *arguments)
    assert (run.returncode, run.stdout, checkout.calls()) == (2, "", [])
    assert run.stderr.startswith(sentence)
    assert run.stderr.count("\n") == 1


# script/test


def test_test_lints_then_tests_with_gl_required(checkout):
    checkout.fake("setup", where=checkout.root / "script")
    checkout.fake_venv("ruff")
    body = f'echo "GL $REQUIRE_GL threads $OMP_NUM_THREADS in $PWD" >>"{checkout.log}"'
    checkout.fake("python", body, where=checkout.root / ".venv" / "bin")
    run = checkout.run("script/test", "-k", "a lens", "-x")
    assert run.returncode == 0, run.stderr
    assert checkout.calls() == [
        "setup --for-tests",
        "ruff check .",
        "ruff format --check .",
        "python -m pytest -q --durations=10 --numprocesses=auto --maxprocesses=4 --dist=loadfile"
        " -k a lens -x",
        f"GL 1 threads 1 in {checkout.root}",
    ]
    checkout.fake("ruff", "exit 1", where=checkout.root / ".venv" / "bin")
    checkout.log.unlink()
    assert checkout.run("script/test").returncode == 1
    assert checkout.calls() == ["setup --for-tests", "ruff check ."]


# script/setup: which Python


def test_setup_takes_the_newest_python_that_makes_environments(checkout):
    checkout.fake("python3.13", python_that((3, 13)))
    checkout.fake("python3.12", python_that((3, 12), *WHOLE))
    checkout.fake("python3", python_that((3, 11), *WHOLE))
    assert checkout.bash("find_python").stdout == "python3.12\n"


def test_setup_takes_the_python_that_is_named(checkout):
    checkout.fake("python3.13", python_that((3, 13), *WHOLE))
    checkout.fake("mine", python_that((3, 11), *WHOLE))
    assert checkout.bash("find_python", PYTHON="mine").stdout == "mine\n"
    checkout.fake("mine", python_that((3, 10), *WHOLE))
    assert checkout.bash("find_python", PYTHON="mine").stdout == "python3.13\n", "too old"


def test_setup_passes_over_launchers_without_a_python_behind_them(checkout):
    checkout.fake("python3.13", "echo 'python3.13: command not found' >&2; exit 127")
    checkout.fake("python3", python_that((3, 11), *WHOLE))
    run = checkout.bash("find_python")
    assert (run.stdout, run.stderr) == ("python3\n", "")


def test_setup_without_python_says_what_to_install(checkout):
    checkout.fake("python3", python_that((3, 9), *WHOLE))
    run = checkout.bash("make_venv; echo not reached")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "setup: Python: none from 3.11 up on PATH, one is needed. Install it: "
        "sudo apt install python3 python3-venv (Debian 12, Ubuntu 24.04 or newer)\n"
    )


def test_setup_without_venv_names_the_package_of_that_python(checkout):
    checkout.fake("python3.12", python_that((3, 12)))
    run = checkout.bash("make_venv; echo not reached")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "setup: python3.12: its venv or ensurepip module is missing, both are needed to make "
        ".venv. Install them: sudo apt install python3.12-venv\n"
    )


def as_root(checkout):
    checkout.fake("id", "echo 0")


def test_setup_installs_python_where_it_may(checkout):
    as_root(checkout)
    whole = checkout.bin / "whole"
    checkout.fake("whole", python_that((3, 12), *WHOLE))
    checkout.fake(
        "apt-get", f'case "$*" in *python3-venv*) cp "{whole}" "{checkout.bin}/python3";; esac'
    )
    (checkout.bin / "cp").symlink_to(shutil.which("cp"))
    run = checkout.bash("find_python")
    assert run.stdout == "python3\n"
    wanted = "apt-get -qq install -y --no-install-recommends python3 python3-venv"
    assert [c for c in checkout.calls() if c.startswith("apt")] == [wanted]


# script/setup: apt


GL = "libegl1 libgl1 libgl1-mesa-dri"
INSTALL_GL = f"apt-get -qq install -y --no-install-recommends {GL}"
# OpenGL works once apt-get has left a file there.
NEED_GL = 'makes_gl_context() { [ -e "$ROOT/gl" ]; }; need_gl; echo ready'


def apt_calls(checkout) -> list[str]:
    return [call for call in checkout.calls() if call.startswith("apt-get")]


def test_setup_installs_a_virtual_display_for_the_tests(checkout):
    as_root(checkout)
    checkout.fake("apt-get")
    run = checkout.bash("lock() { :; }\nwant_virtual_display")
    assert run.returncode == 0, run.stderr
    wanted = "apt-get -qq install -y --no-install-recommends xvfb xdotool"
    assert apt_calls(checkout) == [wanted]


def test_setup_goes_on_without_a_virtual_display(checkout):
    """Its tests then skip; nothing else needs it."""
    checkout.fake("id", "echo 1000")
    run = checkout.bash("lock() { :; }\nwant_virtual_display")
    assert run.returncode == 0
    assert "tests of the window are skipped" in run.stderr
    assert "sudo apt install xvfb xdotool" in run.stderr


def test_setup_leaves_a_working_opengl_alone(checkout):
    as_root(checkout)
    checkout.fake("apt-get")
    (checkout.root / "gl").touch()
    run = checkout.bash(NEED_GL)
    assert (run.stdout, run.stderr, apt_calls(checkout)) == ("ready\n", "", [])


def test_setup_installs_opengl_as_root(checkout):
    as_root(checkout)
    checkout.fake("apt-get", 'echo chatter; touch "$PWD/gl"')
    run = checkout.bash(NEED_GL)
    assert (run.returncode, run.stdout) == (0, "ready\n")
    assert f"setup: installing {GL} (apt)" in run.stderr
    assert apt_calls(checkout) == [INSTALL_GL]


def test_setup_renews_the_package_lists_where_they_are_empty(checkout):
    as_root(checkout)
    lists = checkout.root / "lists"
    body = f'case "$*" in *update*) touch "{lists}";; *) [ -e "{lists}" ] && touch "$PWD/gl";; esac'
    checkout.fake("apt-get", body)
    assert checkout.bash(NEED_GL).stdout == "ready\n"
    assert apt_calls(checkout) == [INSTALL_GL, "apt-get -qq update", INSTALL_GL]


def test_setup_installs_through_sudo_that_asks_for_no_password(checkout):
    checkout.fake("id", "echo 1000")
    checkout.fake("apt-get", 'touch "$PWD/gl"')
    body = 'shift; case "$1" in *=*) shift;; esac; "$@"'
    checkout.fake("sudo", body)
    assert checkout.bash(NEED_GL).stdout == "ready\n"
    assert f"sudo -n DEBIAN_FRONTEND=noninteractive {INSTALL_GL}" in checkout.calls()


@pytest.mark.parametrize("case", ["no apt", "no root", "sudo asks", "apt fails", "apt is no help"])
def test_setup_says_what_to_install_where_it_may_not(checkout, case):
    checkout.fake("id", "echo 0" if case.startswith("apt") else "echo 1000")
    if case != "no apt":
        checkout.fake("apt-get", "exit 100" if case == "apt fails" else "")
    if case == "sudo asks":
        checkout.fake("sudo", "exit 1")
    run = checkout.bash(NEED_GL)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines()[-1] == (
        "setup: OpenGL: no headless 3.3 context can be made, one is needed to render. "
        f"Install a driver: sudo apt install {GL} (Mesa draws on the CPU)"
    )


# script/setup: which torch


@pytest.mark.parametrize(
    ("body", "build"), [(None, "cpu"), ("exit 9", "cpu"), ("echo GPU 0: NVIDIA", "any")]
)
def test_setup_takes_the_cpu_build_unless_nvidia_answers(checkout, body, build):
    if body is not None:
        checkout.fake("nvidia-smi", body)
    assert checkout.bash("torch_build").stdout == f"{build}\n"


def test_setup_takes_what_there_is_on_other_systems(checkout):
    (checkout.bin / "uname").unlink()
    checkout.fake("uname", "echo Darwin")
    assert checkout.bash("torch_build").stdout == "any\n"


@pytest.mark.parametrize(
    ("build", "offered", "wanted"),
    [
        ("cpu", 0, "torch==2.13.0+cpu"),
        ("cpu", 1, "torch==2.13.0"),
        ("any", 0, "torch==2.13.0"),
        ("cpu", 2, None),
    ],
)
def test_setup_asks_for_the_cpu_build_and_falls_back_aloud(checkout, build, offered, wanted):
    code = (
        f"torch_build() {{ echo {build}; }}; is_offered() {{ return {offered}; }}\n"
        'pip_install() { echo "$@"; }; if install_torch; then echo done; else echo failed; fi'
    )
    run = checkout.bash(code)
    constraints = checkout.root / "script" / "constraints.txt"
    if wanted is None:
        assert run.stdout == "failed\n"
    else:
        assert run.stdout == f"-qq --constraint {constraints} {wanted}\ndone\n"
    assert ("DISKBLUR_TORCH_INDEX" in run.stderr) == (offered == 1)


def torch_index(folder: Path, version: str) -> str:
    """Make a package index of one empty torch; return its address."""
    name = f"torch-{version}-py3-none-any.whl"
    shelf = folder / "index" / "torch"
    shelf.mkdir(parents=True)
    info = f"torch-{version}.dist-info"
    with zipfile.ZipFile(shelf / name, "w") as wheel:
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    (shelf / "index.html").write_text(f'<a href="{name.replace("+", "%2B")}">{name}</a>')
    return (folder / "index").as_uri()


@pytest.mark.parametrize(("version", "status"), [("99.0", 1), ("99.0+cpu", 0)])
def test_setup_tells_a_cpu_build_from_the_usual_one(checkout, tmp_path, version, status):
    """With the real pip and an index on this disk; a version that nobody has installed."""
    run = checkout.bash(
        f"VENV='{sys.prefix}'; status=0; is_offered torch==99.0+cpu || status=$?; echo $status",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL=torch_index(tmp_path, version),
        PIP_NO_CACHE_DIR="1",
    )
    assert (run.stdout, run.stderr) == (f"{status}\n", "")


def test_setup_tells_a_missing_build_from_a_missing_network(checkout):
    run = checkout.bash(
        f"VENV='{sys.prefix}'; status=0; is_offered torch==99.0+cpu || status=$?; echo $status",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",  # the discard port: nobody listens
        PIP_RETRIES="1",
    )
    assert run.stdout == "2\n"
    assert "connection broken" in run.stderr


def test_the_index_that_the_user_names_is_asked_too(checkout):
    checkout.fake("python", where=checkout.root / ".venv" / "bin")
    checkout.bash("pip_install a", DISKBLUR_TORCH_INDEX="file:///cpu")
    assert checkout.calls()[-1].endswith("--no-input --extra-index-url file:///cpu a")


# script/setup: doing it once, whole


STUBS = """
make_venv() { echo venv; mkdir -p "$VENV/bin"; printf '#!/bin/bash\\n' >"$VENV/bin/python"
    cp "$VENV/bin/python" "$VENV/bin/diskblur"; chmod +x "$VENV/bin/"*; }
chmod() { "$REAL_CHMOD" "$@"; }
cp() { "$REAL_CP" "$@"; }
install_torch() { echo torch; }
pip_install() { echo project; [ -z "${PIP_FAILS:-}" ]; }
need_gl() { echo gl; }
"""
REAL = {"REAL_CHMOD": shutil.which("chmod"), "REAL_CP": shutil.which("cp")}


def test_setup_does_its_work_once(checkout):
    first = checkout.bash(STUBS + "main", **REAL)
    assert first.returncode == 0, first.stderr
    assert first.stdout.split() == ["venv", "torch", "project", "gl"]
    assert checkout.bash(STUBS + "main", **REAL).stdout.split() == ["gl"]


@pytest.mark.parametrize(
    "change",
    [
        "echo '# more' >>pyproject.toml",
        "echo '# more' >>script/constraints.txt",
        "rm .venv/bin/diskblur",
        "printf '#!/bin/bash\\nexit 1' >.venv/bin/python",
        "touch .venv/diskblur-unfinished",
        "rm .venv/diskblur-setup",
        "export DISKBLUR_TORCH_INDEX=file:///cpu",
    ],
)
def test_setup_works_again_after_a_change(checkout, change):
    checkout.bash(STUBS + "main", **REAL)
    run = checkout.bash(f"{STUBS}\n{change}\nmain", **REAL)
    assert run.stdout.split() == ["venv", "torch", "project", "gl"]
    assert checkout.bash(f"{STUBS}\nis_installed && echo yes", **REAL).stdout == (
        "yes\n" if "export" not in change else ""
    )


def test_setup_works_again_where_the_checkout_was_moved(checkout):
    """Scripts in .venv hold its path, so a moved one is of no use."""
    checkout.bash(STUBS + "main", **REAL)
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert "project" in checkout.bash(STUBS + "main", **REAL).stdout


def test_setup_tells_that_pip_failed_and_is_not_done(checkout):
    run = checkout.bash(STUBS + "main", PIP_FAILS="yes", **REAL)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == (
        "setup: pip: it could not install everything, see above. Check the network (also the "
        "index and proxy settings of pip) and the disk space, then run this again"
    )
    left = sorted(p.name for p in (checkout.root / ".venv").iterdir())
    assert left == ["bin"], "neither done nor half done"
    assert "project" in checkout.bash(STUBS + "main", **REAL).stdout


def test_setup_rebuilds_an_environment_that_a_kill_left_half_made(checkout):
    checkout.fake("python3", python_that((3, 11), *WHOLE))
    (checkout.bin / "cp").symlink_to(shutil.which("cp"))
    killed = checkout.bash("make_venv; install_torch() { kill -9 $$; sleep 5; }; install_project")
    assert killed.returncode == -9
    (checkout.root / ".venv" / "half").touch()
    run = checkout.bash("make_venv; echo made")
    assert run.stdout == "made\n"
    assert "setup: replacing .venv, which is broken or half made" in run.stderr
    assert not (checkout.root / ".venv" / "half").exists()
    (checkout.root / ".venv" / "kept").touch()
    assert checkout.bash("make_venv").stderr == ""
    assert (checkout.root / ".venv" / "kept").exists(), "a sound one stays"


def test_setup_replaces_a_link_without_touching_what_it_leads_to(checkout, tmp_path):
    checkout.fake("python3", python_that((3, 11), *WHOLE))
    (checkout.bin / "cp").symlink_to(shutil.which("cp"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    (checkout.root / ".venv").symlink_to(tmp_path / "elsewhere")
    assert checkout.bash("make_venv").returncode == 0
    assert not (checkout.root / ".venv").is_symlink()
    assert (tmp_path / "elsewhere" / "file").exists()


def test_two_setups_at_once_take_turns(checkout):
    folder = os.open(checkout.root / "script", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [checkout.bin / "bash", "-c", f"source script/setup\n{STUBS}\nmain"],
            env={"PATH": str(checkout.bin)} | REAL,
            cwd=checkout.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr.readline() == "setup: waiting for another set-up of this checkout\n"
        # What the first one would have done meanwhile:
        done = checkout.bash(f"{STUBS}\nlock() {{ :; }}; need_gl() {{ :; }}; main", **REAL)
        assert done.returncode == 0
    finally:
        os.close(folder)
    output, errors = second.communicate(timeout=30)
    assert (second.returncode, output, errors) == (0, "gl\n", "")

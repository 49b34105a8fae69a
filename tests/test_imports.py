"""Who may import what, read from the source: the two halves share the bank and nothing else."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

NEVER = {
    "realtime": ("torch", "fitter", "skimage", "moderngl_window"),
    "fitter": ("moderngl", "glfw", "pyrr", "trimesh", "OpenGL", "imgui_bundle"),
}


def imported(path):
    """Return every module a file imports, anywhere in it, by its full name."""
    names = []
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def sources(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"{package}/ has no Python file"
    return files


def begins(name, module):
    return name == module or name.startswith(module + ".")


@pytest.mark.parametrize("package", NEVER)
def test_neither_half_imports_what_belongs_to_the_other(package):
    for path in sources(package):
        for name in imported(path):
            bad = [module for module in NEVER[package] if begins(name, module)]
            assert not bad, f"{path.relative_to(ROOT)} imports {name}; {package}/ may not"


def test_the_fitter_knows_only_the_bank_of_realtime():
    for path in sources("fitter"):
        for name in imported(path):
            ok = not begins(name, "realtime") or begins(name, "realtime.bank")
            assert ok, f"{path.relative_to(ROOT)} imports {name}; only realtime.bank is shared"


def test_the_bank_needs_numpy_and_safetensors_only():
    allowed = ("realtime.bank", "realtime.errors", "numpy", "safetensors")
    for path in sources("realtime/bank"):
        for name in imported(path):
            ok = name.split(".")[0] in sys.stdlib_module_names
            ok = ok or any(begins(name, module) for module in allowed)
            assert ok, f"{path.relative_to(ROOT)} imports {name}; the bank may not"


def test_torch_is_not_imported_where_the_command_starts():
    """So that `diskblur-fit` can say what to install."""
    light = ["__init__", "__main__", "cli", "errors", "report", "serve"]
    for path in [ROOT / "fitter" / f"{n}.py" for n in light] + sources("fitter/targets"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            names = [a.name for a in getattr(node, "names", []) if isinstance(node, ast.Import)]
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(begins(name, "torch") for name in names), f"{path.name} imports torch"

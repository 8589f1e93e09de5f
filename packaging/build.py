"""Builds everything that a person installs, into `dist/`: run it by `make package`.

Never publishes anything: the release workflow does.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = ROOT / "packaging" / "entries"
DIST = ROOT / "dist"
EXTENSION = ROOT / "editors" / "vscode"


def main() -> int:
    """Build wheel, sdist, .vsix and entries, then install the wheel; returns the exit code."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", str(DIST), str(ROOT))
    (wheel,) = DIST.glob("*.whl")
    build_extension(wheel)
    write_entries(DIST / "entries", read_version(), find_repository())
    check_wheel(wheel)
    for file in sorted(path for path in DIST.rglob("*") if path.is_file()):
        print(file.relative_to(ROOT))
    return 0


def run(*command: str, cwd: Path = ROOT) -> None:
    """Run a command; ends this one when it fails or is not there."""
    print("+", " ".join(command), flush=True)
    try:
        subprocess.run(command, cwd=cwd, check=True)
    except FileNotFoundError:
        sys.exit(f"`{command[0]}` is not installed; packaging/README.md says what you need")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"`{' '.join(command)}` failed with {failure.returncode}; nothing is complete")


def build_extension(wheel: Path) -> None:
    """Build the .vsix with the wheel inside."""
    inside = EXTENSION / "server"
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir()
    shutil.copy(wheel, inside)
    run("npm", "ci", "--no-audit", "--no-fund", cwd=EXTENSION)
    run("npm", "run", "package", cwd=EXTENSION)
    shutil.move(EXTENSION / "flux-lsp.vsix", DIST / "flux-lsp.vsix")
    shutil.rmtree(inside)


def write_entries(folder: Path, version: str, repository: str) -> None:
    """Write what other projects' registries want."""
    for template in sorted(path for path in ENTRIES.rglob("*") if path.is_file()):
        text = template.read_text(encoding="utf-8")
        text = text.replace("{version}", version).replace("{repository}", repository)
        file = folder / template.relative_to(ENTRIES)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def read_version() -> str:
    """Return the one version of the project."""
    text = (ROOT / "flux_lsp" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if match is None:
        sys.exit("flux_lsp/__init__.py names no version")
    return match[1]


def find_repository() -> str:
    """Return the public address of this repository, as people open it in a browser."""
    address = os.environ.get("REPOSITORY", "")
    if not address:
        command = ("git", "remote", "get-url", "origin")
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        address = found.stdout.strip()
    address = re.sub(r"^git@([^:]+):", r"https://\1/", address).removesuffix(".git")
    if not address.startswith("https://"):
        sys.exit("This clone has no public origin: name the repository by REPOSITORY=https://…")
    return address


def check_wheel(wheel: Path) -> None:
    """Install the wheel into an environment of its own and ask it for its version."""
    with tempfile.TemporaryDirectory(prefix="flux-wheel-") as folder:
        run(sys.executable, "-m", "venv", folder)
        programs = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        run(str(programs / "python"), "-m", "pip", "install", "-q", str(wheel))
        run(str(programs / "flux-lsp"), "--version", cwd=Path(folder))


if __name__ == "__main__":
    sys.exit(main())

"""Which files are never sent: names that hold secrets, ignore files, and the person's own patterns.

Reads ignore files once when asked to; deciding is pure. Never makes an exception for a model's wish.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Names that hold secrets wherever they lie. Samples meant to be shared are let through again.
DENIED = (
    ".env", ".env.*", "*.env", ".envrc", "!.env.example", "!.env.sample", "!.env.template",
    "!.env.dist", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk",
    "*.asc", "*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".ssh/", ".gnupg/",
    ".aws/", ".azure/", ".kube/", ".docker/config.json", ".netrc", "_netrc", ".npmrc", ".pypirc",
    ".pgpass", ".my.cnf", ".htpasswd", ".git-credentials", ".vault-token", ".terraformrc",
    "credentials", "credentials.json", "credentials.toml", "credentials.y*ml", "credentials.xml",
    "client_secret*.json", "service[-_]account*.json", "secrets.json", "secrets.toml",
    "secrets.y*ml", "secrets.env", "kubeconfig", "*.kubeconfig", "*.tfstate", "*.tfstate.*",
    "*.tfvars", "*.ovpn", "*.mobileprovision", ".git/", ".flux-secrets",
)  # fmt: skip
_IGNORE_FILES = (".gitignore", ".fluxignore")


@dataclass(frozen=True)
class Rule:
    """Patterns that hold below `folder` (posix, relative to the root, "" for the root itself)."""

    folder: str
    source: str
    spec: Any  # pathspec.GitIgnoreSpec


@dataclass(frozen=True)
class Exclusions:
    """Everything that keeps a file from being sent, for one workspace."""

    rules: tuple[Rule, ...]

    def reason(self, path: str) -> str | None:
        """Why `path` (posix, relative to the root) is not sent; None when it may be."""
        said: dict[str, str | None] = {}
        for rule in self.rules:
            inside = _below(path, rule.folder)
            if inside is None:
                continue
            result = rule.spec.check_file(inside)
            if result.include is None:
                continue
            # Within one kind of file the deeper one has the last word, as git has it; kinds add up.
            kind = rule.source.rsplit("/", 1)[-1]
            said[kind] = f"{rule.source} names it" if result.include else None
        return next((reason for reason in said.values() if reason), None)


def load_exclusions(root: Path | None, path: str, patterns: tuple[str, ...] = ()) -> Exclusions:
    """The rules that concern `path`: built-in names, `patterns`, ignore files above it. Blocks."""
    from pathspec import GitIgnoreSpec

    rules = [
        Rule("", "the built-in list of files with secrets", GitIgnoreSpec.from_lines(DENIED)),
    ]
    if patterns:
        rules.append(Rule("", "`context.exclude`", GitIgnoreSpec.from_lines(patterns)))
    if root is not None:
        for folder in _folders_above(path):
            for name in _IGNORE_FILES:
                lines = _lines(root / folder / name)
                if lines:
                    source = f"{folder}/{name}" if folder else name
                    rules.append(Rule(folder, source, GitIgnoreSpec.from_lines(lines)))
    return Exclusions(tuple(rules))


def _folders_above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: depth + 1]) for depth in range(len(parts)))]


def _below(path: str, folder: str) -> str | None:
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []

"""Which files are never sent: names that hold secrets, ignore files, and the person's own patterns.

Reads ignore files once when asked to; deciding is pure. Never makes an exception for a model's wish,
and no file of a workspace can let through what is built in.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path, PurePosixPath

from flux_lsp.context.ignore_patterns import IgnorePatterns, patterns_of, read_ignore_file

# Names that hold secrets wherever they lie, in lower case, and those that only look like one.
DENIED = (
    ".env", ".env.*", "*.env", ".envrc", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore",
    "*.kdbx", "*.ppk", "*.asc", "*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc",
    "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".htpasswd", ".git-credentials",
    ".vault-token", ".vault_pass*", ".terraformrc", ".boto", ".s3cfg", ".dockercfg", "credentials",
    "credentials.json", "credentials.toml", "credentials.y*ml*", "credentials.xml", "credentials.enc",
    "client_secret*.json", "service[-_]account*.json", "serviceaccount*.json", "secrets.json",
    "secrets.toml", "secrets.y*ml*", "secrets.ini", "kubeconfig", "*.kubeconfig", "*.tfstate",
    "*.tfstate.*", "*.tfvars", "*.tfvars.json", "*.ovpn", "*.mobileprovision",
    ".docker/config.json", ".azure/*token*", ".azure/azureprofile.json",
)  # fmt: skip
ALLOWED = (
    "*.example", "*.sample", "*.template", "*.dist", "*.pub", "*.md", "example.*", "sample.*",
    "*.example.*ml", "*.example.json",
)  # fmt: skip
DENIED_FOLDERS = (".ssh", ".gnupg", ".aws", ".kube", ".git", ".gcloud")
_IGNORE_FILES = (".gitignore", ".fluxignore")


@dataclass(frozen=True)
class Rule:
    """Patterns that hold below `folder` (posix, relative to the root, "" for the root itself).

    Of rules of one `kind` the deeper has the last word, as git has it; kinds add up.
    """

    folder: str
    kind: str
    source: str
    patterns: IgnorePatterns

    @property
    def reason(self) -> str:
        """Why a file that the patterns name is not sent."""
        if self.patterns.doubt:
            return f"{self.source} cannot be read: {self.patterns.doubt}"
        return f"{self.source} names it"


@dataclass(frozen=True)
class Exclusions:
    """Everything that keeps a file from being sent, for one workspace."""

    rules: tuple[Rule, ...]

    def reason(self, path: str) -> str | None:
        """Why `path` (posix, relative to the root) is not sent; None when it may be."""
        if _denied(path):
            return "the built-in list of files with secrets names it"
        kinds = dict.fromkeys(rule.kind for rule in self.rules)
        reasons = (self._ignored(path, [r for r in self.rules if r.kind == k]) for k in kinds)
        return next((reason for reason in reasons if reason), None)

    def _ignored(self, path: str, rules: Sequence[Rule]) -> str | None:
        """By rules of one kind, the shallow ones first."""
        for part in _from_the_top(path):
            reason: str | None = None
            for rule in rules:
                inside = _below(part, rule.folder)
                found = rule.patterns.decide(inside) if inside else None
                if found is not None:
                    reason = rule.reason if found else None
            if reason:  # nothing below an ignored folder can be let through again
                return reason
        return None


def load_exclusions(root: Path | None, path: str, patterns: tuple[str, ...] = ()) -> Exclusions:
    """The rules that concern `path`: built-in names, `patterns`, ignore files above it. Blocks."""
    rules = [Rule("", "setting", "`context.exclude`", patterns_of(patterns))] if patterns else []
    pure = PurePosixPath(path)
    if root is None or pure.is_absolute() or ".." in pure.parts:
        return Exclusions(tuple(rules))
    for folder in _folders_above(path):
        for name in _IGNORE_FILES:
            found = read_ignore_file(root / folder / name)
            if found:
                rules.append(Rule(folder, name, f"{folder}/{name}".lstrip("/"), found))
    return Exclusions(tuple(rules))


def _denied(path: str) -> bool:
    """By name, whatever the letters' case: some file systems do not tell it apart."""
    *folders, name = path.lower().split("/")
    if any(folder in DENIED_FOLDERS for folder in folders):
        return True
    in_folder = "/".join([*folders[-1:], name])
    denied = _matcher(DENIED)
    found = denied.fullmatch(name) or denied.fullmatch(in_folder)
    return found is not None and not _matcher(ALLOWED).fullmatch(name)


@cache
def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)))


def _from_the_top(path: str) -> Iterator[str]:
    """Each folder above `path`, with a slash at its end, and then the path itself."""
    yield from (f"{folder}/" for folder in _folders_above(path) if folder)
    yield path


def _folders_above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: depth + 1]) for depth in range(len(parts)))]


def _below(path: str, folder: str) -> str | None:
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None

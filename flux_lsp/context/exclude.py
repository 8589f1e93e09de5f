"""Decides which files Flux never sends: by names that hold secrets, ignore files, the person's patterns.

Checks every name of a file: the one that it is called by, and the one behind each link.
Never makes an exception at a model's request. No file of a workspace can allow what the built-in
list denies.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path

from flux_lsp.context.file_names import list_names
from flux_lsp.context.git_rules import find_exclude_file, find_repository, list_global_files
from flux_lsp.context.ignore_patterns import IgnorePatterns, parse_patterns, read_ignore_file

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
    ".docker/config.json", ".azure/*token*", ".azure/azureprofile.json", ".databrickscfg",
    ".mylogin.cnf", ".msmtprc", ".fetchmailrc", ".*_history", ".chef/knife.rb", "etc/shadow",
    ".m2/settings*.xml", ".composer/auth.json", "application_default_credentials.json",
    "gcloud/credentials.db", "gcloud/access_tokens.db",
)  # fmt: skip
ALLOWED = (
    "*.example", "*.sample", "*.template", "*.dist", "*.pub", "*.md", "example.*", "sample.*",
    "*.example.*ml", "*.example.json",
)  # fmt: skip
DENIED_FOLDERS = (
    ".ssh", ".gnupg", ".aws", ".kube", ".git", ".gcloud", ".password-store", ".oci", ".bluemix",
    ".terraform.d", ".config/gcloud", ".config/gh", ".config/hub", ".config/glab-cli",
    ".config/doctl", ".config/op", ".config/rclone", ".config/containers", ".config/sops",
    "gcloud/configurations", "gcloud/legacy_credentials", ".local/share/keyrings",
)  # fmt: skip
# In a project these hold settings of it; in the person's home folder they hold what lets one in.
DENIED_AT_HOME = (
    ".azure", ".azure-devops", ".docker", ".snowsql", ".ngrok2", ".fly", ".vercel", ".pulumi",
    ".databricks", ".subversion", ".gradle/gradle.properties", ".condarc", ".wgetrc", ".curlrc",
    ".config/git/credentials", ".config/pip/pip.conf", ".pip/pip.conf", ".config/stripe",
    ".config/hcloud", ".config/ngrok", ".config/configstore", ".config/heroku",
    ".config/netlify", ".config/1password",
)  # fmt: skip


@dataclass(frozen=True)
class IgnoreRule:
    """Patterns that hold below `folder` (posix, without the drive, "" for the very top).

    Of rules of one `kind` the later has the last word, as git has it; kinds add up.
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

    def decide(self, path: str) -> bool | None:
        """Decide whether the patterns name a path, a folder's with a slash at its end; None: neither."""
        inside = _find_below(path, self.folder)
        return self.patterns.decide(inside) if inside else None


def explain_exclusion(file: Path, root: Path | None, patterns: tuple[str, ...] = ()) -> str | None:
    """Say why `file` is not sent, None if it may be. Blocks.

    `root` is its workspace folder, `patterns` the person's own. Ignore files count from the
    repository or the workspace down, whichever begins higher, and `.fluxignore` from anywhere above.
    """
    called, *others = list_names(file)
    reason = _explain_exclusion(called, root, patterns)
    if reason is not None:
        return reason
    for name in others:
        reason = _explain_exclusion(name, root, patterns)
        if reason is not None:
            return f"it is `{_show_name(name, root)}` by another name, and {reason}"
    return None


def _explain_exclusion(name: Path, root: Path | None, patterns: tuple[str, ...]) -> str | None:
    path = write_posix(name)
    if is_denied(path):
        return "the built-in list of files with secrets names it"
    rules = list(list_rules(name, _find_root(name, root), patterns))
    kinds = dict.fromkeys(rule.kind for rule in rules)
    reasons = (_explain_ignored(path, [r for r in rules if r.kind == k]) for k in kinds)
    return next((reason for reason in reasons if reason), None)


def list_rules(name: Path, root: Path | None, patterns: tuple[str, ...]) -> Iterator[IgnoreRule]:
    """List the rules that concern `name`, those of one kind from the top down."""
    if patterns:
        yield IgnoreRule(
            write_posix(root) if root else "",
            "setting",
            "`context.exclude`",
            parse_patterns(patterns),
        )
    repository = find_repository(name)
    top = min(filter(None, (root, repository)), key=lambda p: len(p.parts), default=name.parent)
    for file in list_global_files(repository):
        yield from read_rules(file, top, "git", file)
    for folder in reversed(name.parents):
        is_below = len(folder.parts) >= len(top.parts)  # both are above the file
        if is_below and _is_there(folder, ".git"):
            exclude = folder / ".git/info/exclude"
            yield from read_rules(find_exclude_file(folder), folder, "git", exclude, root)
        for own, kind in ((".gitignore", "git"), (".fluxignore", "flux")):
            if (is_below or kind == "flux") and _is_there(folder, own):
                yield from read_rules(folder / own, folder, kind, folder / own, root or top)


def read_rules(
    file: Path, folder: Path, kind: str, name: Path, root: Path | None = None
) -> Iterator[IgnoreRule]:
    """Read the rules of one ignore file that hold below `folder`; none without patterns. Blocks.

    It is shown to a person as `name`, from `root` where it lies below that.
    """
    patterns = read_ignore_file(file)
    if patterns:
        yield IgnoreRule(write_posix(folder), kind, _show_name(name, root), patterns)


def _is_there(folder: Path, name: str) -> bool:
    """Whether a folder holds this name; without a `Path`, since every file shown asks for dozens."""
    return os.path.lexists(os.path.join(folder, name))  # noqa: PTH118


def _explain_ignored(path: str, rules: Sequence[IgnoreRule]) -> str | None:
    """Say why rules of one kind exclude a file; applies the shallow ones first."""
    for part in _list_from_top(path):
        reason: str | None = None
        for rule in rules:
            is_named = rule.decide(part)
            if is_named is not None:
                reason = rule.reason if is_named else None
        if reason:  # nothing below an ignored folder can be let through again
            return reason
    return None


def _find_root(name: Path, root: Path | None) -> Path | None:
    """Find the workspace folder around `name`, by the name it is called by or its real one."""
    if root is None:
        return None
    if name.is_relative_to(root):
        return root
    real = Path(os.path.realpath(root))
    return real if name.is_relative_to(real) else None


def write_posix(path: Path) -> str:
    """Write an absolute path with slashes, without the drive and the first slash."""
    return "/".join(path.parts[1:] if path.anchor else path.parts)


def _show_name(name: Path, root: Path | None) -> str:
    """Return the file's name as a person of this workspace knows it."""
    above = _find_root(name, root)
    return name.relative_to(above).as_posix() if above else str(name)


def is_denied(path: str) -> bool:
    """Whether the built-in list names a path (posix, absolute, without its first slash)."""
    return _is_denied_anywhere(path) or _is_denied_at_home(path)


def _is_denied_anywhere(path: str) -> bool:
    """Whether the name is on the list, in any case: some file systems ignore case."""
    # Windows takes `.env.`, `.env ` and `.env::$DATA` for `.env`.
    *folders, name = [part.split("::$")[0].rstrip(" .") or part for part in path.lower().split("/")]
    above = "/".join(["", *folders, ""])
    if any(f"/{folder}/" in above for folder in DENIED_FOLDERS):
        return True
    in_folder = "/".join([*folders[-1:], name])
    denied = _compile(DENIED)
    match = denied.fullmatch(name) or denied.fullmatch(in_folder)
    return match is not None and not _compile(ALLOWED).fullmatch(name)


def _is_denied_at_home(path: str) -> bool:
    home = write_posix(Path(os.environ.get("HOME") or Path.home()))
    inside = _find_below(path.lower(), home.lower()) if home else None
    return inside is not None and any(f"{inside}/".startswith(f"{n}/") for n in DENIED_AT_HOME)


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)))


def _list_from_top(path: str) -> Iterator[str]:
    """List each folder above `path`, with a slash at its end, and then the path itself."""
    yield from (f"{folder}/" for folder in _list_folders(path) if folder)
    yield path


def _list_folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: depth + 1]) for depth in range(len(parts)))]


def _find_below(path: str, folder: str) -> str | None:
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None

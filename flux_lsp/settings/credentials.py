"""Finds where the API key comes from; its value keeps the secret out of every repr and message.

Never runs the key command and never asks a server: `models` does both when a call needs it.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from flux_lsp.files import CONFIG_BYTES, read_text
from flux_lsp.settings.addresses import get_host, is_nearby
from flux_lsp.settings.paths import find_home
from flux_lsp.settings.unread import UnreadSetting

if TYPE_CHECKING:
    from flux_lsp.settings.load import LoadedSettings

# "command": `command` prints the key; "profile": the SDK finds it by itself; "cloud": the cloud
# provider's own chain; "none": the server needs none; "missing": there is none; "withheld": a setting
# that protects the person could not be read, so no key goes anywhere.
Kind = Literal[
    "api_key", "auth_token", "command", "profile", "cloud", "none", "missing", "withheld"
]
Env = Mapping[str, str]

_FEDERATION = ("ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID")
_TOKENS = ("ANTHROPIC_IDENTITY_TOKEN", "ANTHROPIC_IDENTITY_TOKEN_FILE")


class Access(Protocol):
    """The settings that say who is asked and how; `LoadedSettings` and `Settings` both have them."""

    @property
    def provider(self) -> str:
        """As in the tree."""
        ...

    @property
    def base_url(self) -> str | None:
        """As in the tree."""
        ...

    @property
    def api_key_command(self) -> str | None:
        """As in the tree."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """How calls will authenticate: `source` for people, `secret` for the client alone.

    `problem` and `hint` are what is wrong and the next step when nothing can be sent.
    """

    kind: Kind
    source: str
    hint: str = ""
    command: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    problem: str = "No Anthropic key was found"

    @property
    def is_usable(self) -> bool:
        """Whether Flux can try a call."""
        return self.kind not in ("missing", "withheld")


def choose_credentials(loaded: "LoadedSettings", env: Env = os.environ) -> Credentials:
    """Choose how calls with these settings authenticate. Reads files, so call it in a thread.

    Flux takes a key and its address together or not at all: the key of a workspace's `.env` goes only
    to the address that the same file names. A file without an address means Anthropic; the key goes
    elsewhere only if the person trusts the workspace. Without trust it never replaces a key of the
    person.
    """
    if loaded.unread and loaded.provider != "offline":
        return _make_withheld(loaded.unread[0])
    if loaded.provider not in ("auto", "anthropic"):
        return find_credentials(loaded, env)
    workspace_key = _read_variables(loaded.dotenv, "{} in the workspace's .env")
    if workspace_key and not _belongs_here(loaded):
        return find_credentials(loaded, env, reason=_explain_unused_key(loaded))
    if workspace_key and loaded.dotenv_url and loaded.get_source("base_url").endswith(".env"):
        return workspace_key
    if loaded.trust.trusted:
        return find_credentials(loaded, env, loaded.dotenv)
    own = find_credentials(loaded, env)
    return workspace_key if workspace_key and own.kind in ("missing", "none") else own


def _belongs_here(loaded: "LoadedSettings") -> bool:
    """Whether the key in the workspace's `.env` is for the server that will be asked."""
    if loaded.dotenv_url is None and loaded.trust.trusted:
        return True
    return _normalize_address(loaded.base_url) == _normalize_address(loaded.dotenv_url)


def _explain_unused_key(loaded: "LoadedSettings") -> str:
    owner = "the `base_url` beside it" if loaded.dotenv_url else "Anthropic"
    return (
        f"The key in {loaded.root}/.env is not used: it belongs to {owner}, and the `base_url` in "
        "effect is another. "
    )


def find_credentials(
    settings: Access, env: Env = os.environ, dotenv: Env | None = None, reason: str = ""
) -> Credentials:
    """Find the first of: environment, key command, the workspace's `.env`, a profile on disk.

    `dotenv`: what of the workspace's `.env` may be used. `reason`: why its key is not, for the hint.
    Looks at files, so call it in a thread.
    """
    if settings.provider == "offline":
        return Credentials("none", "the offline provider needs none")
    if settings.provider in ("bedrock", "vertex", "foundry"):
        return _check_cloud(settings.provider, env)
    credentials = (
        _read_variables(env, _find_keeper(env) or "variable {}")
        or _read_command(settings)
        or _read_variables(dotenv or {}, "{} in the workspace's .env")
        or _find_profile(env)
    )
    if credentials is None and is_nearby(settings.base_url):
        return Credentials("none", f"{settings.base_url} is a server of your own, which needs none")
    return credentials or _make_missing(reason + _describe_next_step(settings.base_url, env))


def _describe_next_step(base_url: str | None, env: Env) -> str:
    elsewhere = (
        ""
        if base_url is None
        else (
            f"`base_url` names another machine, {get_host(base_url)}. Flux sends nothing there without a "
            "key; if the server needs none, set any word as the key. "
        )
    )
    if _find_keeper(env):
        return elsewhere + "Run “Flux: Set the API key…”"
    return elsewhere + (
        "Set ANTHROPIC_API_KEY, or `api_key_command` to a command that prints the key, and restart "
        "the editor; `flux-lsp doctor` shows what is found"
    )


def _make_missing(hint: str) -> Credentials:
    return Credentials("missing", "no key found", hint)


def _make_withheld(unread: UnreadSetting) -> Credentials:
    return Credentials(
        "withheld",
        "not looked for, because a setting that protects you cannot be read",
        f"Correct {unread.where}; until then Flux does not know what it must hold back",
        problem=f"Nothing is sent, because a setting that protects you cannot be read: {unread.warning}",
    )


def _find_keeper(env: Env) -> str:
    """Find who keeps the key that an editor hands over, "" when it comes from the person's shell."""
    return " ".join(env.get("FLUX_KEY_SOURCE", "").replace("{", "").replace("}", "").split())[:60]


def _read_variables(env: Env, source: str) -> Credentials | None:
    if key := env.get("ANTHROPIC_API_KEY", "").strip():
        return Credentials("api_key", source.format("ANTHROPIC_API_KEY"), secret=key)
    if token := env.get("ANTHROPIC_AUTH_TOKEN", "").strip():
        return Credentials("auth_token", source.format("ANTHROPIC_AUTH_TOKEN"), secret=token)
    return None


def _read_command(settings: Access) -> Credentials | None:
    if not settings.api_key_command:
        return None
    return Credentials("command", "`api_key_command`", command=settings.api_key_command)


def _find_profile(env: Env) -> Credentials | None:
    """Find what the SDK's own chain would find after the two variables, in its order."""
    if env.get("ANTHROPIC_PROFILE"):
        return Credentials("profile", "variable ANTHROPIC_PROFILE")
    if all(env.get(name) for name in _FEDERATION) and any(env.get(name) for name in _TOKENS):
        return Credentials("profile", "workload identity in the environment")
    folder = _find_anthropic_folder(env)
    try:
        active = read_text(folder / "active_config", CONFIG_BYTES).strip()
    except (OSError, UnicodeDecodeError):
        active = ""
    config = folder / "configs" / f"{active or 'default'}.json"
    return Credentials("profile", f"profile {config}") if config.is_file() else None


def _find_anthropic_folder(env: Env) -> Path:
    if chosen := env.get("ANTHROPIC_CONFIG_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(env.get("APPDATA") or find_home() / "AppData" / "Roaming") / "Anthropic"
    return find_home() / ".config" / "anthropic"


def _check_cloud(provider: str, env: Env) -> Credentials:
    """Check what each cloud's client needs; its own chain finds the rest."""
    needs: dict[str, tuple[tuple[str, ...], ...]] = {
        "bedrock": (("AWS_REGION", "AWS_DEFAULT_REGION"),),
        "vertex": (("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT"), ("CLOUD_ML_REGION",)),
        "foundry": (
            ("ANTHROPIC_FOUNDRY_API_KEY",),
            ("ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_FOUNDRY_BASE_URL"),
        ),
    }
    absent = [names for names in needs[provider] if not any(env.get(name) for name in names)]
    if absent:
        wanted = " and ".join(" or ".join(names) for names in absent)
        return _make_missing(f"Set {wanted} for `provider = {provider}`, and restart the editor")
    return Credentials("cloud", f"{provider}'s own credentials")


def _normalize_address(url: str | None) -> str:
    """Normalize an address for comparing: a slash at its end does not count."""
    return (url or "").strip().rstrip("/").lower()

"""Where the API key would come from; the value keeps the secret out of every repr and message.

Never runs the key command and never asks a server: `models` does both when a call needs it.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from flux_lsp.files import CONFIG_BYTES, read_text
from flux_lsp.settings.addresses import is_nearby
from flux_lsp.settings.paths import home

# "command": `command` prints the key; "profile": the SDK finds it by itself; "cloud": the cloud
# provider's own chain; "none": nothing is needed; "missing": nothing was found.
Kind = Literal["api_key", "auth_token", "command", "profile", "cloud", "none", "missing"]
Env = Mapping[str, str]

_FEDERATION = ("ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID")
_TOKENS = ("ANTHROPIC_IDENTITY_TOKEN", "ANTHROPIC_IDENTITY_TOKEN_FILE")


class Access(Protocol):
    """The settings that say who is asked and how; `Loaded` and `Settings` both have them."""

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

    `hint` is the next step when `kind` is "missing".
    """

    kind: Kind
    source: str
    hint: str = ""
    command: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)

    @property
    def found(self) -> bool:
        """Whether a call can be tried."""
        return self.kind != "missing"


def find_credentials(
    settings: Access, env: Env = os.environ, dotenv: Env | None = None
) -> Credentials:
    """The first of: environment, key command, the workspace's `.env`, a profile on disk.

    `dotenv`: `Loaded.dotenv`. A key that a workspace brings never displaces the person's own.
    Looks at files, so call it in a thread.
    """
    if settings.provider == "offline":
        return Credentials("none", "the offline provider needs none")
    if settings.provider in ("bedrock", "vertex", "foundry"):
        return _cloud(settings.provider, env)
    found = (
        _variables(env, "variable {}")
        or _command(settings)
        or _variables(dotenv or {}, "{} in the workspace's .env")
        or _profile(env)
    )
    if found is None and is_nearby(settings.base_url):
        return Credentials("none", f"{settings.base_url} is a server of your own, asked without")
    return found or _missing(
        "Set ANTHROPIC_API_KEY, or `api_key_command` to a command that prints the key, and restart "
        "the editor; `flux-lsp doctor` shows what is found"
    )


def _missing(hint: str) -> Credentials:
    return Credentials("missing", "no key found", hint)


def _variables(env: Env, source: str) -> Credentials | None:
    if key := env.get("ANTHROPIC_API_KEY", "").strip():
        return Credentials("api_key", source.format("ANTHROPIC_API_KEY"), secret=key)
    if token := env.get("ANTHROPIC_AUTH_TOKEN", "").strip():
        return Credentials("auth_token", source.format("ANTHROPIC_AUTH_TOKEN"), secret=token)
    return None


def _command(settings: Access) -> Credentials | None:
    if not settings.api_key_command:
        return None
    return Credentials("command", "`api_key_command`", command=settings.api_key_command)


def _profile(env: Env) -> Credentials | None:
    """What the SDK's own chain would find after the two variables, in its order."""
    if env.get("ANTHROPIC_PROFILE"):
        return Credentials("profile", "variable ANTHROPIC_PROFILE")
    if all(env.get(name) for name in _FEDERATION) and any(env.get(name) for name in _TOKENS):
        return Credentials("profile", "workload identity in the environment")
    folder = _anthropic_dir(env)
    try:
        active = read_text(folder / "active_config", CONFIG_BYTES).strip()
    except (OSError, UnicodeDecodeError):
        active = ""
    config = folder / "configs" / f"{active or 'default'}.json"
    return Credentials("profile", f"profile {config}") if config.is_file() else None


def _anthropic_dir(env: Env) -> Path:
    if chosen := env.get("ANTHROPIC_CONFIG_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(env.get("APPDATA") or home() / "AppData" / "Roaming") / "Anthropic"
    return home() / ".config" / "anthropic"


def _cloud(provider: str, env: Env) -> Credentials:
    """What each cloud's client insists on; its own chain finds the rest."""
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
        return _missing(f"Set {wanted} for `provider = {provider}`, and restart the editor")
    return Credentials("cloud", f"{provider}'s own credentials")

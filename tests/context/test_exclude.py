from pathlib import Path

import pytest

from flux_lsp.context.exclude import load_exclusions


def reason(root: Path | None, path: str, patterns: tuple[str, ...] = ()) -> str | None:
    return load_exclusions(root, path, patterns).reason(path)


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "config/.env.local",
        ".env.production",
        "prod.env",
        ".envrc",
        "keys/server.pem",
        "server.key",
        "cert.p12",
        "id_rsa",
        ".ssh/config",
        "home/.ssh/known_hosts",
        ".aws/credentials",
        ".aws/config",
        "home/.kube/config",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".pgpass",
        ".git-credentials",
        ".git/config",
        "credentials.json",
        "config/credentials.yml",
        "config/credentials.yml.enc",
        "config/master.key",
        "secrets.yaml",
        "config/secrets.yml",
        ".streamlit/secrets.toml",
        "client_secret_123.json",
        "service-account.json",
        "service_account_prod.json",
        "kubeconfig",
        "prod.kubeconfig",
        "terraform.tfstate",
        "terraform.tfstate.backup",
        "prod.tfvars",
        "store.jks",
        "passwords.kdbx",
        ".docker/config.json",
        "home/.azure/msal_token_cache.json",
        ".htpasswd",
        ".ENV",
        "Server.PEM",
        "ID_RSA",
    ],
)
def test_names_that_hold_secrets_are_never_sent(path: str) -> None:
    said = reason(None, path)
    assert said is not None
    assert "built-in" in said


@pytest.mark.parametrize(
    "path",
    [
        ".env.example",
        "config/.env.sample",
        ".env.template",
        ".env.dist",
        "example.env",
        "sample.tfvars",
        "terraform.tfvars.example",
        "src/credentials.py",
        "src/credentials/store.py",
        "src/secrets.py",
        "environment.ts",
        "src/env.ts",
        "keys.py",
        "src/key.rs",
        "id_rsa.md",
        "docs/aws/credentials.md",
        "app.py",
        ".docker/nginx.conf",
        ".azure/pipelines.yml",
        "id_rsa.pub",
        "monkey.py",
        "x.pem.py",
    ],
)
def test_samples_and_code_that_speaks_of_secrets_may_be_sent(path: str) -> None:
    assert reason(None, path) is None


def test_gitignore_counts_with_its_nesting_and_exceptions(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "/build\n*.log\nlocal/\n")
    write(tmp_path, "pkg/.gitignore", "!keep.log\ngenerated.py\n")
    assert reason(tmp_path, "build/a.py") == ".gitignore names it"
    assert reason(tmp_path, "pkg/build/a.py") is None
    assert reason(tmp_path, "a.log") == ".gitignore names it"
    assert reason(tmp_path, "pkg/keep.log") is None
    assert reason(tmp_path, "pkg/sub/generated.py") == "pkg/.gitignore names it"
    assert reason(tmp_path, "generated.py") is None
    assert reason(tmp_path, "pkg/local/deep/a.py") == ".gitignore names it"


def test_fluxignore_adds_and_cannot_be_undone_by_gitignore(tmp_path: Path) -> None:
    write(tmp_path, ".fluxignore", "private/\n")
    write(tmp_path, ".gitignore", "!private/\n")
    assert reason(tmp_path, "private/a.py") == ".fluxignore names it"
    assert reason(tmp_path, "public/a.py") is None


def test_a_workspace_cannot_let_through_what_is_built_in(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "!.env\n")
    write(tmp_path, ".fluxignore", "!.env\n!*.pem\n")
    assert reason(tmp_path, ".env", ("!.env",)) is not None
    assert reason(tmp_path, "a.pem", ("!*.pem",)) is not None


def test_the_persons_own_patterns(tmp_path: Path) -> None:
    assert reason(tmp_path, "vendor/x.c", ("vendor/", "*.min.js")) == "`context.exclude` names it"
    assert reason(tmp_path, "a/b.min.js", ("vendor/", "*.min.js")) == "`context.exclude` names it"
    assert reason(tmp_path, "a/b.js", ("vendor/", "*.min.js")) is None


def test_windows_line_ends_comments_and_broken_lines_in_ignore_files(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "# note\r\n\r\na.py\r\n")
    assert reason(tmp_path, "a.py") == ".gitignore names it"
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\n!\nb.py\n[\n")
    assert reason(tmp_path, "b.py") == ".gitignore names it"


def test_a_document_outside_of_any_workspace_has_the_built_in_rules() -> None:
    assert reason(None, "notes.txt") is None
    assert reason(None, "id_ed25519") is not None


def test_a_document_named_by_its_whole_path_has_the_built_in_rules(tmp_path: Path) -> None:
    assert reason(tmp_path, "/home/me/.ssh/config") is not None
    assert reason(tmp_path, "/home/me/notes.txt") is None
    assert reason(tmp_path, "../other/.env") is not None
    assert reason(tmp_path, "../other/a.py") is None

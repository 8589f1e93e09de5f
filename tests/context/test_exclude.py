from pathlib import Path

import pytest

from flux_lsp.context.exclude import explain_exclusion


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folder, with nothing in it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "system"))
    return tmp_path / "home"


def reason(root: Path | None, path: str, patterns: tuple[str, ...] = ()) -> str | None:
    return explain_exclusion((root or Path("/srv/flux-none")) / path, root, patterns)


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
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\n!\nb.py\n[\n")  # Latin-1: git reads it so
    assert reason(tmp_path, "b.py") == ".gitignore names it"


def test_a_document_outside_of_any_workspace_has_the_built_in_rules() -> None:
    assert reason(None, "notes.txt") is None
    assert reason(None, "id_ed25519") is not None


def test_a_document_named_by_its_whole_path_has_the_built_in_rules(tmp_path: Path) -> None:
    assert reason(tmp_path, "/home/me/.ssh/config") is not None
    assert reason(tmp_path, "/home/me/notes.txt") is None
    assert reason(tmp_path, "../other/.env") is not None
    assert reason(tmp_path, "../other/a.py") is None


# -- by git's own rules


def test_ignore_files_above_the_workspace_count_from_the_repository_down(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".gitignore", "*_local.py\n/pkg/made/\n")
    write(tmp_path, "pkg/.gitignore", "!keep_local.py\n")
    pkg = tmp_path / "pkg"
    assert reason(pkg, "settings_local.py") is not None
    assert reason(pkg, "made/a.py") is not None
    assert reason(pkg, "keep_local.py") is None
    assert reason(None, str(pkg / "settings_local.py")) is not None
    assert reason(None, str(pkg / "keep_local.py")) is None


def test_fluxignore_counts_from_anywhere_above(tmp_path: Path) -> None:
    write(tmp_path, ".fluxignore", "notes/\n")
    assert reason(tmp_path / "a/b", "notes/x.py") is not None
    assert reason(None, str(tmp_path / "a/notes/x.py")) is not None
    assert reason(None, str(tmp_path / "a/x.py")) is None


@pytest.mark.parametrize("how", ["folder", "work tree", "submodule"])
def test_the_repositorys_own_list_counts(tmp_path: Path, how: str) -> None:
    work = tmp_path / "work"
    if how == "folder":
        write(work, ".git/info/exclude", "mine.py\n")
    elif how == "work tree":
        write(tmp_path, "main/.git/info/exclude", "mine.py\n")
        write(tmp_path, "main/.git/worktrees/work/commondir", "../..\n")
        write(work, ".git", f"gitdir: {tmp_path}/main/.git/worktrees/work\n")
    else:
        write(tmp_path, ".git/modules/work/info/exclude", "mine.py\n")
        write(work, ".git", "gitdir: ../.git/modules/work\n")
    said = reason(work, "deep/mine.py")
    assert said == ".git/info/exclude names it"
    assert reason(work, "deep/other.py") is None


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".gitconfig", "[core]\n\texcludesFile = ~/lists/all\n"),
        (".gitconfig", '[user]\nname = x\n[CORE]\n excludesfile="~/lists/all" ; note\n'),
        (".gitconfig", "[core] excludesfile = ~/lists/all # note\n"),
        (".config/git/config", "[core]\n\texcludesfile = ../../lists/all\n"),
    ],
)
def test_the_persons_global_list_counts(home: Path, tmp_path: Path, file: str, text: str) -> None:
    write(home, file, text)
    write(home, "lists/all", "everywhere.py\n")
    (tmp_path / "w/.git").mkdir(parents=True)
    assert reason(tmp_path / "w", "a/everywhere.py") is not None
    assert reason(tmp_path / "w", "a/other.py") is None


def test_the_global_list_at_its_usual_place_and_in_included_files(
    home: Path, tmp_path: Path
) -> None:
    write(home, ".config/git/ignore", "usual.py\n")
    write(home, ".gitconfig", '[includeIf "gitdir:~/w/"]\n\tpath = more\n')
    write(home, "more", "[core]\n\texcludesFile = ~/list\n[include]\n path = .gitconfig\n")
    write(home, "list", "included.py\n")
    assert reason(tmp_path, "usual.py") is not None
    assert reason(tmp_path, "included.py") is not None


def test_a_repositorys_exception_holds_against_the_global_list_as_git_has_it(
    home: Path, tmp_path: Path
) -> None:
    write(home, ".config/git/ignore", "*.log.py\n")
    write(tmp_path, "w/.gitignore", "!a.log.py\n")
    (tmp_path / "w/.git").mkdir()
    assert reason(tmp_path / "w", "a.log.py") is None
    assert reason(tmp_path / "w", "b.log.py") is not None


def test_a_repositorys_configuration_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    write(
        tmp_path,
        "w/.git/config",
        f"[core]\n fsmonitor = touch {ran}\n excludesFile = list\n[alias]\n check-ignore = !touch {ran}\n",
    )
    write(tmp_path, "w/.git/list", "x.py\n")
    assert reason(tmp_path / "w", "x.py") is not None
    assert reason(tmp_path / "w", "y.py") is None
    assert not ran.exists()


@pytest.mark.parametrize("name", [".gitignore", ".fluxignore", ".git/info/exclude"])
@pytest.mark.parametrize("kind", ["utf-16", "huge"])
def test_an_ignore_file_that_cannot_be_read_lets_nothing_through(
    tmp_path: Path, name: str, kind: str
) -> None:
    write(tmp_path, name, "x.py\n")
    file = tmp_path / name
    if kind == "utf-16":
        file.write_text("x.py\n", encoding="utf-16")
    else:
        file.write_text("x\n" * 600_000, encoding="utf-8")
    said = reason(tmp_path, "a.py")
    assert said is not None
    assert name in said


# -- by every name


def link(root: Path, name: str, target: str | Path) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to(target)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("notes.txt", ".env"),
        ("lib.py", "private/k.py"),
        ("pub/k.py", None),
        ("a/../private/k.py", None),
        ("chain.py", "chain2.py"),
        ("pub/../.env", None),
        ("%2eenv", None),
        ("private%2Fk.py", None),
        ("deep/out.py", "../../elsewhere/.ssh/x.py"),
        ("via.py", "secret_hop.py"),
    ],
)
def test_a_file_is_judged_by_every_name_on_the_way_to_it(
    tmp_path: Path, name: str, target: str | None
) -> None:
    root = tmp_path / "w"
    write(root, ".gitignore", "private/\nsecret_*\n")
    write(root, ".env", "A=1\n")
    write(root, "private/k.py", "x = 1\n")
    write(root, "plain.py", "x = 1\n")
    write(tmp_path, "elsewhere/.ssh/x.py", "x = 1\n")
    link(root, "pub", "private")
    link(root, "chain2.py", ".env")
    link(root, "secret_hop.py", "plain.py")
    if target is not None:
        link(root, name, target)
    assert reason(root, name) is not None
    assert reason(root, "plain.py") is None


def test_workspace_and_document_on_either_side_of_a_link(tmp_path: Path) -> None:
    real, alias = tmp_path / "real", tmp_path / "alias"
    write(real, ".gitignore", "private/\n")
    alias.symlink_to(real)
    for root in (real, alias):
        for side in (real, alias):
            assert explain_exclusion(side / "private/a.py", root) is not None
            assert explain_exclusion(side / "b/x.min.js", root, ("/b/*.min.js",)) is not None
            assert explain_exclusion(side / "a.py", root, ("/b/*.min.js",)) is None


def test_links_in_a_circle_and_names_that_are_none_come_to_an_end(tmp_path: Path) -> None:
    link(tmp_path, "a.py", "b.py")
    link(tmp_path, "b.py", "a.py")
    assert reason(tmp_path, "a.py") is None
    assert reason(tmp_path, "a\0.py") is None
    assert reason(tmp_path, "a\0/.env") is not None


@pytest.mark.parametrize(
    "name",
    [
        ".aws/config", ".ssh/config", ".kube/config", ".docker/config.json", ".docker/x/y.json",
        ".gnupg/x.conf", ".azure/clouds.config", ".config/gcloud/configurations/config_default",
        ".config/gh/hosts.yml", ".m2/settings.xml", ".bash_history", ".gradle/gradle.properties",
        ".cargo/credentials.toml", ".config/git/credentials", ".ENV", ".env.", "x/.env::$DATA",
    ],
)  # fmt: skip
def test_what_lets_a_person_in_somewhere_is_never_sent(home: Path, name: str) -> None:
    assert explain_exclusion(home / name, None) is not None
    assert explain_exclusion(home / name, home / "project") is not None

"""Ways out of the sandbox, tried from inside: none leads out, and the project stays as it was."""

# ruff: noqa: E501 - one line a way out

import asyncio
import hashlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_lsp.checks.sandbox import Sandbox
from flux_lsp.checks.values import CommandLimits, CommandRun
from tests.checks.running import list_walls, need_sandbox, run_in

# What each line prints when it got out.
OUT = "GOT" + "-OUT"
SAY = "printf 'GOT%s' -OUT"

ESCAPES = {
    "write beside the project": "echo x > ../beside; echo x > ../outside.txt; true",
    "write into the home folder": f"echo x >> HOME/.bashrc; {SAY} | grep -q never",
    "read a key in the home folder": f"grep -q topsecret HOME/.ssh/id_rsa && {SAY}",
    "list the home folder": f"ls -A HOME | grep -qvx work && {SAY}",
    "read cloud credentials": f"cat HOME/.aws/credentials HOME/.config/token && {SAY}",
    "read a secret of the project": f"cat .env && {SAY}",
    "change the project in place": "printf evil > a.py; sed -i s/x/y/ b.py",
    "delete the project": "rm -rf ./* .hidden; rm -rf .",
    "change the mode of a file": "chmod 777 a.py; chown 65534 a.py 2>/dev/null; true",
    "hard link out": f"ln HOME/.ssh/id_rsa stolen && {SAY}",
    "a link that leads out": f"cat link && {SAY}",
    "write through a link": "echo evil > outlink",
    "a path with two dots": f"cat ../outside.txt && {SAY}",
    "reach the internet": f"timeout 3 sh -c 'PYTHON -c \"import socket;socket.create_connection((\\\"1.1.1.1\\\",53),2)\"' && {SAY}",
    "reach this machine": "PYTHON -c \"import socket;socket.create_connection(('127.0.0.1',PORT),2);print('GOT'+'-OUT')\"",
    "an abstract socket": "PYTHON -c \"import socket;s=socket.socket(socket.AF_UNIX);s.connect('\\0SOCKET');print('GOT'+'-OUT')\"",
    "talk to D-Bus": f"test -S /run/dbus/system_bus_socket -o -S /run/user/$(id -u)/bus -o -n \"$DBUS_SESSION_BUS_ADDRESS\" && {SAY}",
    "talk to Docker": f"test -S /var/run/docker.sock -o -S /run/docker.sock && {SAY}",
    "read the environment of Flux": f"env | grep -q topsecret && {SAY}",
    "read another process": f"cat /proc/PID/environ && {SAY}",
    "signal another process": f"kill -0 PID && {SAY}",
    "read the memory of the first process": f"head -c1 /proc/1/mem && {SAY}; cat /proc/1/environ && {SAY}",
    "trace the first process": "PYTHON -c \"import ctypes;l=ctypes.CDLL(None);r=l.ptrace(16,1,0,0);print('GOT'+'-OUT' if r==0 else r)\"",
    "stop the first process": "kill -STOP 1; kill -9 1; sleep 0.2",
    # It writes what stands there: a way out must do no harm when it is found.
    "write to the kernel": f"p=/proc/sys/kernel/core_pattern; v=$(cat $p); echo \"$v\" > $p && {SAY}; echo h > /proc/sysrq-trigger && {SAY}; true",
    "mount something": f"mount -t tmpfs none /usr && {SAY}",
    "make the root writable": f"mount -o remount,rw /usr && {SAY}; touch /usr/x && {SAY}; touch /etc/x && {SAY}",
    "enter more namespaces": f"unshare -Urm true && {SAY}",
    "see the old root": f"ls /old_root /mnt /home /var /srv | grep -q . && {SAY}",
    "gain rights by set-uid": f"cp /bin/sh s && chmod 4755 s; grep -q 'NoNewPrivs:.*0' /proc/self/status && {SAY}",
    "keep a capability": f"grep -E 'Cap(Prm|Eff|Bnd|Inh):' /proc/self/status | grep -qv 0000000000000000 && {SAY}",
    "open a device": f"mknod d b 254 0 && {SAY}; head -c1 /dev/vda /dev/sda /dev/mem && {SAY}",
    "read passwords of the machine": f"cat /etc/shadow && {SAY}",
    "leave through an open file": f"ls -l /proc/self/fd | grep -E 'fd/|[0-9] -> /' | grep -vE 'dev/null|/proc/|pipe:' | grep -q . && {SAY}",
}  # fmt: skip


def hash_tree(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        digest.update(repr((str(path), status.st_mode, status.st_uid, status.st_mtime_ns)).encode())
        if path.is_file() and not path.is_symlink():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with secrets, a project below it, and servers that should not be reached."""
    home = tmp_path / "home"
    project = home / "work/project"
    for folder in (project, home / ".ssh", home / ".aws", home / ".config"):
        folder.mkdir(parents=True)
    (home / ".ssh/id_rsa").write_text("topsecret")
    (home / ".aws/credentials").write_text("topsecret")
    (home / ".config/token").write_text("topsecret")
    (home / ".bashrc").write_text("")
    (project.parent / "outside.txt").write_text("outside")
    (project / "a.py").write_text("x = 1\n")
    (project / "b.py").write_text("x = 2\n")
    (project / ".hidden").write_text("h")
    (project / ".env").write_text("KEY=topsecret")
    (project / "link").symlink_to(home / ".ssh/id_rsa")
    (project / "outlink").symlink_to(home / ".bashrc")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "topsecret")
    monkeypatch.setenv("SOME_TOKEN", "topsecret")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind(f"\0flux-escape-{os.getpid()}")
        abstract.listen()
        monkeypatch.setenv("TEST_PORT", str(server.getsockname()[1]))
        yield project


def try_escape(sandbox: Sandbox, project: Path, line: str, seconds: float = 20) -> CommandRun:
    home = project.parents[1]
    for name, value in {
        "HOME": str(home), "PORT": os.environ["TEST_PORT"], "PID": str(os.getpid()),
        "PYTHON": os.path.realpath(sys.executable), "SOCKET": f"flux-escape-{os.getpid()}",
    }.items():  # fmt: skip
        line = line.replace(name, value)
    limits = CommandLimits(seconds, memory=512 << 20, disk=64 << 20, processes=400, output=1 << 20)
    return asyncio.run(run_in(sandbox, project, line, secret=(".env",), limits=limits, home=home))


@pytest.mark.parametrize("name", ESCAPES)
def test_no_way_leads_out(name: str, world: Path) -> None:
    need_sandbox()
    before = hash_tree(world.parents[1])
    for sandbox in list_walls():
        run = try_escape(sandbox, world, ESCAPES[name])
        assert OUT not in run.output, (name, sandbox.walls, run.output)
        assert "topsecret" not in run.output, (name, sandbox.walls)
        assert run.ending != "cannot", run.trouble
        assert hash_tree(world.parents[1]) == before, (name, sandbox.walls)


FLOODS = {
    "fork bomb": ("f() { f | f & f; }; f", {"processes", "memory", "time", ""}),
    "memory": ("exec PYTHON -c 'import mmap\nl=[]\nwhile 1: l.append(bytearray(50<<20))'",
               {"memory", ""}),
    "many processes with memory": (
        "for i in 1 2 3 4 5 6 7 8; do PYTHON -c 'import time;x=bytearray(100<<20);time.sleep(60)' & done; wait",
        {"memory"}),
    "disk": ("head -c 400M /dev/zero > big; head -c 400M /dev/zero > /tmp/big; ls -l big; exit 9", {"disk", ""}),
    "output": ("yes", {"output"}),
    "time": ("sleep 600", {"time"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOODS)
def test_no_flood_goes_on(name: str, world: Path) -> None:
    need_sandbox()
    line, endings = FLOODS[name]
    for sandbox in list_walls():
        began = time.monotonic()
        run = try_escape(sandbox, world, line, seconds=6)
        assert run.ending in endings, (name, sandbox.walls, run.ending, run.output[-300:])
        assert run.ending or run.exit_code != 0
        assert time.monotonic() - began < 15, sandbox.walls


def list_processes(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    "how", ["setsid sleep {n} &", "(setsid nohup sleep {n} >/dev/null 2>&1 &)", "sleep {n}"]
)
def test_no_process_stays_behind(how: str, world: Path) -> None:
    need_sandbox()
    for number, sandbox in enumerate(list_walls()):
        mark = f"98765{number}.{len(how)}"
        try_escape(sandbox, world, how.format(n=mark), seconds=2)
        deadline = time.monotonic() + 5
        while list_processes(mark) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list_processes(mark) == [], sandbox.walls


def test_a_cancel_ends_everything(world: Path) -> None:
    need_sandbox()

    async def cancel(sandbox: Sandbox, mark: str) -> None:
        task = asyncio.ensure_future(
            run_in(sandbox, world, f"sleep {mark} & sleep {mark}", home=world.parents[1])
        )
        while not list_processes(mark):
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while list_processes(mark):
            await asyncio.sleep(0.02)

    for number, sandbox in enumerate(list_walls()):
        asyncio.run(asyncio.wait_for(cancel(sandbox, f"87654{number}.5"), 20))

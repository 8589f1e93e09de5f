"""Builds the view that a command gets of the machine: the project under an overlay, tools to read.

Never leaves anything of the machine in reach that the order does not name.
"""

import fcntl
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from flux_lsp.checks.inside import kernel

_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_PROC_READ_ONLY = ("sys", "irq", "bus", "fs", "sysrq-trigger")
_PROC_HIDDEN = ("kcore", "keys", "key-users", "timer_list", "sched_debug", "latency_stats")
_STORE = "/tmp"


def enter_namespaces() -> None:
    """Enter namespaces of our own, as the same user. Raises OSError where the machine forbids it."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare_all()
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _start_loopback()


def build_view(order: Mapping[str, Any]) -> None:
    """Make the view of `order` the root of this process, which is the first of its namespace.

    Every source is opened before the first mount hides it, so a project may lie anywhere.
    """
    root, home, visible = order["root"], order["home"], _list_existing(order["visible"])
    project = os.open(root, os.O_PATH | os.O_DIRECTORY)
    sources = {path: os.open(path, os.O_PATH) for path in visible}
    devices = {name: os.open(f"/dev/{name}", os.O_PATH) for name in _DEVICES}
    kernel.mount("none", "/", "none", kernel.RECURSIVE | kernel.PRIVATE)
    kernel.mount("tmpfs", _STORE, "tmpfs", _QUIET, f"size={order['bytes']},mode=0755")
    for name in ("upper", "work", "home", "tmp", "shm", "new"):
        os.mkdir(f"{_STORE}/{name}")
    new = f"{_STORE}/new"
    kernel.mount("tmpfs", new, "tmpfs", _QUIET, "size=4m,mode=0755")
    _make_links(new)
    _bind(f"{_STORE}/tmp", f"{new}/tmp")
    _bind(f"{_STORE}/home", new + home)
    os.chmod(f"{new}/tmp", 0o1777)  # noqa: S103 - as every temporary folder
    for path, source in sorted(sources.items()):
        _show(source, new + path)
    _lay_overlay(project, new + root)
    _fill_dev(new, devices)
    _fill_proc(new, order["processes"])
    kernel.restrict_mount(new, read_only=True, recursive=False)
    kernel.move_root(new)
    os.chdir(root)


_QUIET = kernel.NO_SUID | kernel.NO_DEVICES


def _list_existing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if os.path.exists(path)]


def _make_links(new: str) -> None:
    """Make the links of a root whose programs all lie in /usr."""
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{new}/{name}")


def _show(source: int, target: str) -> None:
    """Show a file or folder, to read only."""
    _make_place(target, is_folder=os.path.isdir(f"/proc/self/fd/{source}"))
    _bind(f"/proc/self/fd/{source}", target)
    kernel.restrict_mount(target, read_only=True)


def _lay_overlay(project: int, target: str) -> None:
    _make_place(target, is_folder=True)
    layers = f"lowerdir=/proc/self/fd/{project},upperdir={_STORE}/upper,workdir={_STORE}/work"
    kernel.mount("overlay", target, "overlay", _QUIET, f"{layers},userxattr")


def _fill_dev(new: str, devices: Mapping[str, int]) -> None:
    os.mkdir(f"{new}/dev")
    for name, source in devices.items():
        _make_place(f"{new}/dev/{name}", is_folder=False)
        _bind(f"/proc/self/fd/{source}", f"{new}/dev/{name}")
    for name, target in _LINKS.items():
        os.symlink(target, f"{new}/dev/{name}")
    _bind(f"{_STORE}/shm", f"{new}/dev/shm")
    os.mkdir(f"{new}/dev/pts")
    options = "newinstance,ptmxmode=0666,mode=0620"
    kernel.mount("devpts", f"{new}/dev/pts", "devpts", kernel.NO_SUID | kernel.NO_EXEC, options)
    os.symlink("pts/ptmx", f"{new}/dev/ptmx")


def _fill_proc(new: str, processes: int) -> None:
    """Mount this namespace's own /proc; root of the machine could else write to the kernel by it."""
    proc = f"{new}/proc"
    os.mkdir(proc)
    kernel.mount("proc", proc, "proc", _QUIET | kernel.NO_EXEC)
    for name, value in (("kernel/pid_max", processes), ("user/max_user_namespaces", 0)):
        try:
            _write(f"{proc}/sys/{name}", str(value))
        except OSError:  # an older kernel keeps it for the whole machine; other limits hold
            continue
    for name in _PROC_READ_ONLY:
        if os.path.exists(f"{proc}/{name}"):
            _bind(f"{proc}/{name}", f"{proc}/{name}")
            kernel.restrict_mount(f"{proc}/{name}", read_only=True)
    for name in _PROC_HIDDEN:
        if os.path.exists(f"{proc}/{name}"):
            _bind(f"{new}/dev/null", f"{proc}/{name}")


def _bind(source: str, target: str) -> None:
    _make_place(target, is_folder=os.path.isdir(source))
    kernel.mount(source, target, "none", kernel.BIND | kernel.RECURSIVE)


def _make_place(target: str, *, is_folder: bool) -> None:
    """Make what a mount can be put on."""
    os.makedirs(target if is_folder else os.path.dirname(target), exist_ok=True)
    if not is_folder and not os.path.exists(target):
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))


def _start_loopback() -> None:
    """Start the network of this namespace: the loopback device, and nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh22x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)

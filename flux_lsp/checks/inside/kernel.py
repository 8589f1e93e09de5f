"""The calls of the Linux kernel that Python's standard library lacks, as functions that raise OSError.

Never decides what a sandbox looks like.
"""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)

NEW_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
BIND, RECURSIVE, PRIVATE = 0x1000, 0x4000, 0x40000
NO_SUID, NO_DEVICES, NO_EXEC = 0x2, 0x4, 0x8
_MOUNT_SETATTR = 442  # one number for all machines: the call is newer than their own tables
_AT_RECURSIVE, _AT_FDCWD, _DETACH = 0x8000, -100, 2
_READ_ONLY = 0x1
_PARENT_DEATH, _DUMPABLE, _DROP_BOUND, _NO_NEW_PRIVILEGES, _SUBREAPER = 1, 4, 24, 38, 36
_LAST_CAPABILITY = 63


def unshare_all() -> None:
    """Enter new namespaces for users, mounts, processes, the network, messages and the host name."""
    _check(_LIBC.unshare(NEW_NAMESPACES), "unshare")


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system."""
    parts = [part.encode() for part in (source, target, kind)]
    _check(_LIBC.mount(*parts, ctypes.c_ulong(flags), options.encode() or None), f"mount {kind}")


def restrict_mount(target: str, *, read_only: bool, recursive: bool = True) -> None:
    """Forbid set-uid programs and devices below `target`, and writing if it is `read_only`."""
    attributes = (ctypes.c_uint64 * 4)((_READ_ONLY if read_only else 0) | NO_SUID | NO_DEVICES)
    flags = ctypes.c_uint(_AT_RECURSIVE if recursive else 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    code = _LIBC.syscall(
        ctypes.c_long(_MOUNT_SETATTR), ctypes.c_int(_AT_FDCWD), target.encode(), flags,
        ctypes.byref(attributes), size,
    )  # fmt: skip
    _check(code, "mount_setattr")


def move_root(folder: str) -> None:
    """Make `folder`, a mount, the root; the old root is no longer reachable."""
    os.chdir(folder)
    _check(_LIBC.pivot_root(b".", b"."), "pivot_root")
    _check(_LIBC.umount2(b".", _DETACH), "umount")
    os.chdir("/")


def die_with_parent() -> None:
    """Ask for a kill when the parent ends."""
    _check(_LIBC.prctl(_PARENT_DEATH, 9, 0, 0, 0), "prctl")


def adopt_orphans() -> None:
    """Become the parent of all descendants whose parent ends."""
    _check(_LIBC.prctl(_SUBREAPER, 1, 0, 0, 0), "prctl")


def forbid_tracing() -> None:
    """Keep processes without more rights from reading or steering this one."""
    _check(_LIBC.prctl(_DUMPABLE, 0, 0, 0, 0), "prctl")


def drop_rights() -> None:
    """Give up every capability, for good and for all descendants."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _LIBC.prctl(_DROP_BOUND, capability, 0, 0, 0) != 0:
            break  # the kernel knows no more, or they are gone already
    _check(_LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _check(_LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def _check(code: int, name: str) -> None:
    if code != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")

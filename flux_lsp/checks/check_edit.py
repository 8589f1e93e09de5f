"""Runs the checks that concern an edit: on the edit, and where something fails, on what was before.

Never counts a failure that was there before, or one that a second run does not show again.
"""

import asyncio
import hashlib
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from flux_lsp.checks.choose import list_concerned, write_commands
from flux_lsp.checks.compare import cut_output, find_new_failures, keep_repeated
from flux_lsp.checks.outputs.read import read_failures
from flux_lsp.checks.probe import find_sandbox
from flux_lsp.checks.run import CommandOrder, run_command
from flux_lsp.checks.sandbox import Sandbox
from flux_lsp.checks.tree import TreeState, look_at_tree
from flux_lsp.checks.values import (
    CheckedEdit,
    CheckResult,
    CommandLimits,
    CommandRun,
    Layover,
    Tell,
)
from flux_lsp.context.exclude import is_denied
from flux_lsp.core.errors import FluxError
from flux_lsp.settings.checks import CheckSetting

_KEPT = 64  # runs on an unchanged tree that are kept
_TICK = 1.0  # seconds between two words on how a check goes on
_NOT_STARTED = (126, 127)  # what a shell says of a program that is not there


@dataclass(frozen=True, slots=True)
class _Work:
    """One check on one edit; the run may take `seconds` from now."""

    check: CheckSetting
    edit: CheckedEdit
    commands: tuple[tuple[str, ...], ...]
    root: Path
    home: Path
    tree: TreeState
    sandbox: Sandbox
    end: float

    @property
    def is_over(self) -> bool:
        """Whether the time of the run is over, so that an end by time says nothing of the edit."""
        return time.monotonic() >= self.end - 0.05

    def order(self, words: tuple[str, ...], *, changed: bool) -> CommandOrder:
        """Return a command on the changed or the unchanged tree."""
        edit = self.edit
        texts = {**edit.before, **edit.after} if changed else dict(edit.before)
        texts = {path: text for path, text in texts.items() if not is_denied(f"x/{path}")}
        left = max(0.1, self.end - time.monotonic())
        limits = CommandLimits(seconds=min(self.check.timeout_seconds, left))
        return CommandOrder(words, self.root, self.home, Layover(texts), self.tree.secret, limits)


class CheckRunner:
    """Runs checks; keeps which sandbox there is, and what failed on trees that it has seen."""

    def __init__(self, home: Path | None = None) -> None:
        """Nothing is known yet."""
        self._home = home or Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() may raise
        self._sandbox: Sandbox | None = None
        self._before: OrderedDict[str, CommandRun] = OrderedDict()

    async def get_sandbox(self, wish: Literal["auto", "none"]) -> Sandbox:
        """Return the sandbox; the first time it is tried out."""
        if wish == "none" and sys.platform != "win32":  # nothing there limits or ends a command
            return Sandbox("none")
        if self._sandbox is None:
            self._sandbox = await find_sandbox(self._home)
        return self._sandbox

    async def check(
        self,
        checks: Sequence[CheckSetting],
        wish: Literal["auto", "none"],
        edit: CheckedEdit,
        root: Path,
        seconds: float,
        tell: Tell,
    ) -> tuple[CheckResult, ...]:
        """Run every check that concerns the edit, within so many seconds. A cancel leaves nothing."""
        end = time.monotonic() + seconds
        concerned = [
            (check, paths) for check in checks if (paths := list_concerned(check, edit.files))
        ]
        if not concerned:
            return ()
        trouble, sandbox, tree = await self._prepare(wish, root)
        if trouble:
            return tuple(CheckResult(check.name, "not_run", why=trouble) for check, _ in concerned)
        results = []
        for check, paths in concerned:
            commands = tuple(write_commands(check, paths))
            work = _Work(check, edit, commands, root, self._home, tree, sandbox, end)
            results.append(await self._check_visibly(work, tell))
        return tuple(results)

    async def _prepare(
        self, wish: Literal["auto", "none"], root: Path
    ) -> tuple[str, Sandbox, TreeState]:
        """Look at what is there; the first value says why no check can run, "" if they can."""
        nothing = TreeState("", ())
        sandbox = await self.get_sandbox(wish)
        if sandbox.walls is None:
            return f"there is no sandbox: {sandbox.why}", sandbox, nothing
        if root == self._home or root in self._home.parents:
            return "the workspace holds your home folder", sandbox, nothing
        try:
            return "", sandbox, await asyncio.to_thread(look_at_tree, root)
        except FluxError as error:
            return error.problem.message, sandbox, nothing

    async def _check_visibly(self, work: _Work, tell: Tell) -> CheckResult:
        started = time.monotonic()

        async def tick() -> None:
            while True:
                tell(work.check.name, time.monotonic() - started)
                await asyncio.sleep(_TICK)

        ticking = asyncio.ensure_future(tick())
        try:
            result = await self._check(work)
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
        return replace(result, ms=round(1000 * (time.monotonic() - started)))

    async def _check(self, work: _Work) -> CheckResult:
        results = [await self._check_command(work, words) for words in work.commands]
        name = work.check.name
        bad = next((r for r in results if r.status in ("not_run", "unfinished")), None)
        new = tuple(failure for result in results for failure in result.new)
        if bad is not None and not new:
            return bad
        return CheckResult(
            name,
            "failed" if new else "passed",
            new,
            sum(result.old for result in results),
            tuple(failure for result in results for failure in result.flaky),
            output="\n".join(filter(None, (result.output for result in results))),
        )

    async def _check_command(self, work: _Work, words: tuple[str, ...]) -> CheckResult:
        """Run one command on the edit; where that fails, on what was before, and once more."""
        name = work.check.name
        after = await run_command(work.order(words, changed=True), work.sandbox)
        if after.exit_code == 0:
            return CheckResult(name, "passed")
        if (stopped := _explain_stop(work, after)) is not None:
            return stopped
        before = await self._run_before(work, words)
        if (stopped := _explain_stop(work, before)) is not None:
            return stopped
        if before.exit_code in _NOT_STARTED:
            last = before.output.strip().rpartition("\n")[2][:200]
            return CheckResult(name, "not_run", why=f"its program does not start: {last}")
        failures = read_failures(after, work.root), read_failures(before, work.root)
        new = find_new_failures(failures[1], failures[0], (before, after))
        old = len(failures[0]) - len(new)
        if not new:
            return CheckResult(name, "passed", old=max(0, old))
        again = await run_command(work.order(words, changed=True), work.sandbox)
        if (stopped := _explain_stop(work, again)) is not None:
            return stopped
        repeated = find_new_failures(failures[1], read_failures(again, work.root), (before, again))
        real = keep_repeated(new, repeated)
        flaky = tuple(failure for failure in new if failure not in real)
        output = cut_output(real, again) if real else ""
        return CheckResult(
            name, "failed" if real else "passed", real, max(0, old), flaky, output=output
        )

    async def _run_before(self, work: _Work, words: tuple[str, ...]) -> CommandRun:
        """Run a command on the unchanged tree, once as long as that stays as it is."""
        key = _digest(work, words)
        if (known := self._before.get(key)) is not None:
            self._before.move_to_end(key)
            return known
        run = await run_command(work.order(words, changed=False), work.sandbox)
        if not run.ending:
            self._before[key] = run
            while len(self._before) > _KEPT:
                self._before.popitem(last=False)
        return run


def _digest(work: _Work, words: tuple[str, ...]) -> str:
    """Digest all that the outcome on the unchanged tree depends on."""
    digest = hashlib.sha256(repr((str(work.root), work.sandbox.walls, words)).encode())
    digest.update(work.tree.digest.encode())
    for path, text in sorted(work.edit.before.items()):
        digest.update(repr((path, text)).encode(errors="replace"))
    return digest.hexdigest()


def _explain_stop(work: _Work, run: CommandRun) -> CheckResult | None:
    """Return the result of a check that could not start or finish; None for one that did."""
    name = work.check.name
    if run.ending == "cannot":
        return CheckResult(name, "not_run", why=run.trouble)
    if run.ending == "time" and work.is_over:
        return CheckResult(name, "unfinished", why="the time of the run was over")
    return None

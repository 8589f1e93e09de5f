"""The mutants: a text that stands once in the package, what takes its place, and who must notice.

Never names a file of the package, so that moving code keeps its mutants.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`area` says which tests are concerned; `old` stands exactly once in the package."""

    area: str
    fault: str
    old: str
    new: str


# The tests of an area, the quickest first.
TESTS: dict[str, tuple[str, ...]] = {
    "guards": ("tests/engine/test_guards.py", "tests/cases"),
    "perform": ("tests/cases", "tests/engine"),
    "reading": ("tests/cases", "tests/engine"),
    "verify": ("tests/cases", "tests/edits"),
    "locate": ("tests/cases", "tests/edits"),
    "rebase": ("tests/cases", "tests/edits"),
    "review": ("tests/server/test_review.py",),
    "follow": ("tests/runs/test_follow.py",),
    "findings": (
        "tests/edits/test_findings.py",
        "tests/engine/test_findings.py",
        "tests/runs/test_findings.py",
        "tests/runs/test_changes.py",
        "tests/server/test_findings.py",
    ),
    "batch": ("tests/runs/batch", "tests/cli/test_batch.py", "tests/cli/test_batch_killed.py"),
    "checks": (
        "tests/engine/test_plan_checks.py",
        "tests/checks/test_outputs.py",
        "tests/checks/test_choose.py",
        "tests/checks/test_check_edit.py",
        "tests/checks/test_sandbox.py",
        "tests/checks/test_escapes.py",
        "tests/settings/test_untrusted.py",
    ),
    "several": (
        "tests/runs/test_several_files.py",
        "tests/runs/test_other_files.py",
        "tests/edits/test_several_files.py",
        "tests/runs",
        "tests/cases",
    ),
    "redaction": ("tests/cases", "tests/context", "tests/engine"),
    "pipeline": (
        "tests/runs/pipelines/test_overlay.py",
        "tests/runs/pipelines/test_pipeline.py",
        "tests/runs/pipelines/test_resume.py",
        "tests/ledger/test_holds.py",
        "tests/actions/pipelines",
    ),
    "project": ("tests/context/project",),
    "exclusion": ("tests/cases", "tests/context"),
    "trust": ("tests/settings",),
    "ledger": ("tests/ledger", "tests/cases", "tests/engine"),
    "learning": (
        "tests/ledger/test_evidence.py",
        "tests/ledger/test_learning.py",
        "tests/ledger/test_experiment.py",
        "tests/runs/test_learned_routing.py",
    ),
    "corrections": ("tests/runs/corrections", "tests/runs/test_run_records.py"),
    "routing": ("tests/models/routing", "tests/engine/test_routing.py"),
    "index": ("tests/context/project", "tests/runs/test_project_index.py"),
    "money": ("tests/ledger",),
    "agents": (
        "tests/actions/agents",
        "tests/engine/test_agent_routing.py",
        "tests/runs/test_agents.py",
    ),
}

MUTANTS: tuple[Mutant, ...] = (
    # -- agents: a file grants no more than it may, and runs only once it is trusted
    Mutant(
        "agents",
        "an agent without trust runs",
        "path = entry.stored.path\n    if not entry.is_trusted:",
        "path = entry.stored.path\n    if False:",
    ),
    Mutant(
        "agents",
        "an agent that answers may edit",
        'return ("leave_target",) if agent.returns == "edit" else ()',
        'return ("leave_target",)',
    ),
    Mutant(
        "agents",
        "a brief can close its element",
        "(instruction, test_place, brief, *before.values())",
        "(instruction, test_place, *before.values())",
    ),
    Mutant(
        "agents",
        "an agent raises the number of answers",
        "min(settings.max_attempts, action.attempts or settings.max_attempts)",
        "(action.attempts or settings.max_attempts)",
    ),
    Mutant(
        "agents",
        "a file weighs more than a person's word",
        "if request.tier is not None or request.model:\n        usual",
        "if request.model:\n        usual",
    ),
    Mutant(
        "agents",
        "a model of a file is asked though another tier is meant",
        'return "" if is_asked_for or tier != action.tier else action.model',
        'return "" if is_asked_for else action.model',
    ),
    Mutant(
        "agents",
        "what is not on disk as it is seen is trusted",
        '!= text.removeprefix("\\ufeff"):',
        '!= text.removeprefix("\\ufeff") and not text:',
    ),
    # -- learning: a cut moves for a proof alone, and never back
    Mutant(
        "learning", "half a proof moves a cut", "_PROOF = log(2 / 0.05)", "_PROOF = log(2 / 0.5)"
    ),
    Mutant(
        "learning",
        "a pin counts as evidence",
        "or decision.rule not in RULES_OF_THE_SCORE",
        "",
    ),
    Mutant(
        "learning",
        "a task that fails three times is three tasks",
        "None if again else rejected",
        "rejected",
    ),
    Mutant(
        "learning",
        "an earlier model's failures are the new one's",
        "if decision.model != haiku:",
        "if not decision.model:",
    ),
    Mutant(
        "learning",
        "a run that may still be corrected holds up nothing",
        'row.aftermath.watched == "open" and now - row.time < _LONGEST_WATCH',
        "False",
    ),
    Mutant(
        "learning",
        "the evidence is not begun anew",
        "return Learned(cut, (*learned.steps,",
        "return replace(learned, cut=cut, steps=(*learned.steps,",
    ),
    Mutant("learning", "security takes part", "and rule in RULES_OF_THE_SCORE", ""),
    Mutant(
        "learning",
        "an experiment below its floor goes on",
        'return "below_floor", test, floor_log_e',
        "pass",
    ),
    Mutant(
        "learning",
        "an arm changes within a file",
        "if name != experiment.name or now >= until:",
        "if True:",
    ),
    # -- corrections: what is seen of an edit
    Mutant(
        "corrections",
        "another branch is an undo",
        "if await self._is_other_branch(edit):\n                self.end",
        "if False:\n                self.end",
    ),
    Mutant(
        "corrections",
        "a formatter is a correction",
        "elif news.touched and not formatted",
        "elif news.touched",
    ),
    Mutant(
        "corrections",
        "a rewritten file is typing",
        "return places >= _PLACES or",
        "return False and",
    ),
    Mutant("corrections", "a redo stays undone", "if undone != edit.seen.undone:", "if undone:"),
    Mutant(
        "corrections",
        "the switch is not asked",
        "if record.is_watched:\n            self._watch",
        "if True:\n            self._watch",
    ),
    # -- guards: whether the loop turns again
    Mutant("guards", "faults are tried for ever", "in_a_row > TRANSPORT_RETRIES", "in_a_row > 99"),
    Mutant("guards", "an hour is waited for", "= wait > LONGEST_WAIT or", "="),
    Mutant("guards", "a busy server is hammered", "max(wish, pause) if busy", "wish if busy"),
    Mutant(
        "guards",
        "gives up on a busy server",
        "(tired and not busy)",
        "tired",
    ),
    Mutant("guards", "pays for words a third time", "_WORDS_ENOUGH = 2", "_WORDS_ENOUGH = 3"),
    Mutant(
        "reading",
        "words show a secret",
        "redacted, show=True)\n    words",
        "redacted, show=False)\n    words",
    ),
    Mutant(
        "guards",
        "one answer too many",
        "or len(answers) >= limits.max_attempts",
        "or len(answers) > limits.max_attempts",
    ),
    Mutant("guards", "escalates late", "or len(answers) >= 2)", "or len(answers) >= 3)"),
    Mutant("guards", "a wrong answer stays on its tier", "(wrong or repeated or", "(repeated or"),
    Mutant("guards", "the same search stays on its tier", "(wrong or repeated or", "(wrong or"),
    Mutant("guards", "goes to and fro between busy tiers", "or other in failed or", "or"),
    Mutant("guards", "one busy tier is all there is", "in _BUSY_CODES", "in frozenset()"),
    Mutant("guards", "escalates a pinned tier", "limits.sonnet and last.tier", "last.tier"),
    Mutant(
        "guards", "falls back again and again", "if any(failure.unavailable for", "if any(False for"
    ),
    Mutant("guards", "waits grow in a line", "0.5 * 2 ** min(in_a_row - 1, 10)", "0.5 * in_a_row"),
    Mutant(
        "guards",
        "a refusal is asked again",
        '*_REFUSED,\n        "The model declined to answer",',
        '*_FORM,\n        "The model declined to answer",',
    ),
    Mutant("guards", "no pivot", "return last.code in codes or bool(", "return bool("),
    Mutant(
        "guards",
        "cut off, and asked for the same",
        'if code is ErrorCode.TRUNCATED:\n        return "edits"',
        "if code is ErrorCode.TRUNCATED:\n        return now",
    ),
    Mutant(
        "guards",
        "a large target is written anew",
        "if (limits.large or beyond) and strategy",
        "if beyond and strategy",
    ),
    Mutant(
        "guards",
        "callers are forgotten in a rewrite of the target",
        "if (limits.large or beyond) and strategy",
        "if limits.large and strategy",
    ),
    Mutant(
        "guards",
        "waits beyond the deadline",
        "or wait >= limits.seconds_left",
        "or False",
    ),
    # -- routing: which tier a run starts with
    Mutant("routing", "security has no rule", "if situation.is_security_critical:", "if False:"),
    Mutant("routing", "a pin does not win", "if situation.pinned is not None:", "if False:"),
    Mutant("routing", "a tie goes to Haiku", "score > cut", "score >= cut"),
    Mutant("routing", "sticks whatever the score", "or abs(score - recent.score) >=", "or 99 <"),
    Mutant("routing", "asks a tier that is gone", "if tier in situation.unreachable", "if False"),
    Mutant("routing", "pays five times", "if not bounds or tokens <=", "if True or tokens <="),
    Mutant(
        "routing", "a pin sticks to its file", "if decision.rule not in _KEPT_RULES", "if False"
    ),
    Mutant(
        "routing",
        "one cache for all models",
        "self._prefixes.get((model,",
        'self._prefixes.get(("",',
    ),
    # -- perform: the loop
    Mutant("perform", "a cut stream is asked for ever", "state.cut < 2 else", "state.cut < 9 else"),
    Mutant(
        "perform",
        "an expensive broken answer is tried each time",
        "fault.usage.output > _MUCH and any(",
        "False and any(",
    ),
    Mutant(
        "perform",
        "an escalation is not written down",
        'state.escalated or step.why == "escalate"',
        "state.escalated",
    ),
    Mutant(
        "perform",
        "a fallback is not written down",
        'state.fallback or step.why == "fallback"',
        "state.fallback",
    ),
    Mutant(
        "perform",
        "a cancelled call costs nothing",
        "state.route.model, used, str(ErrorCode.CANCELLED)",
        "state.route.model, Usage(), str(ErrorCode.CANCELLED)",
    ),
    Mutant(
        "perform",
        "the reservation does not look at the prompt",
        "budget, prompt = services.budget, redacted.prompt\n    tokens = estimate_body_tokens(body)",
        "budget, prompt = services.budget, redacted.prompt\n    tokens = 1",
    ),
    Mutant(
        "perform",
        "a cancelled reservation stays",
        "await finish_write(budget.release, reservation)",
        "pass",
    ),
    Mutant(
        "perform",
        "runs without a key",
        "if services.not_ready is not None:\n        return end_early",
        "if False:\n        return end_early",
    ),
    Mutant(
        "perform",
        "each call has the whole deadline",
        "deadline_seconds - (before - state.started)),",
        "deadline_seconds),",
    ),
    Mutant(
        "perform",
        "an edit without words is sent",
        "if action.needs_instruction and not request.instruction.strip()",
        "if False",
    ),
    Mutant(
        "perform", "an excluded file is sent", "if workspace.excluded is not None:", "if False:"
    ),
    Mutant(
        "perform", "an empty document is sent", "if not request.snapshot.text.strip():", "if False:"
    ),
    # -- reading: an answer becomes a plan
    Mutant(
        "reading",
        "secrets may move",
        "    plan = _keep_secrets(plan, redacted, prepared)\n",
        "",
    ),
    Mutant("reading", "tests may do anything", "plan = check_tests(plan, place, prepared)", "pass"),
    Mutant(
        "reading",
        "document may change code",
        "for check in prepared.action.checks:",
        "for check in ():",
    ),
    Mutant("reading", "a directive stays", "    if len(left) < before[1]:\n", "    if True:\n"),
    Mutant(
        "reading",
        "a tool call is an explanation",
        "    if reply.tool_calls:\n        words",
        "    if False:\n        words",
    ),
    Mutant(
        "reading",
        "an explanation that was cut off is shown",
        'if reply.stop_reason not in {"end_turn", "stop_sequence", "tool_use"}:',
        "if False:",
    ),
    Mutant(
        "reading",
        "a secret is taken out unseen",
        '_MOST_NAMED])}"\n    return replace(plan, doubt=plan.doubt or doubt)',
        '_MOST_NAMED])}"\n    return plan',
    ),
    # -- verify: the last look at a plan
    Mutant(
        "verify",
        "a remark hides an attribute",
        "text = _skip_comments(text[end:].lstrip(), language)",
        "text = text[end:].lstrip()",
    ),
    Mutant(
        "verify",
        "leaves the target under never",
        "if target and beyond and not scope.may_leave_target:",
        "if False:",
    ),
    Mutant(
        "verify",
        "applies a doubt under never",
        "if plan.doubt and not scope.may_leave_target:",
        "if False:",
    ),
    Mutant("verify", "outside is not told", "outside=bool(beyond) or", "outside=False or"),
    Mutant(
        "verify",
        "nothing is parsed",
        "fault = check(before, after, scope.parsed, quote)",
        "fault = None",
    ),
    Mutant(
        "verify", "new files may lack code", "_refuse_unfinished(new) or check_new(", "check_new("
    ),
    Mutant(
        "verify",
        "nothing is ever outside",
        "target.span.contains(change.span) for change in file.changes",
        "True for change in file.changes",
    ),
    # -- locate: where an edit belongs
    Mutant(
        "locate",
        "the first of many",
        "    if len(chosen) > 1:\n        return ManyPlaces(level.name",
        "    if len(chosen) > 99:\n        return ManyPlaces(level.name",
    ),
    Mutant(
        "locate",
        "words are cut",
        "_is_cutting_word(doc, location.region.start) or "
        "_is_cutting_word(doc, location.region.end)",
        "False",
    ),
    Mutant(
        "locate",
        "what is there is written again",
        "applied = find_already_there(doc, lines, target)",
        "applied = None",
    ),
    Mutant(
        "locate", "only one of all is replaced", "    if edit.replace_all:\n", "    if False:\n"
    ),
    # -- rebase: what a person typed meanwhile
    Mutant(
        "rebase",
        "typing is overwritten",
        "if any(_is_collision(change, other, base) for change in kept for other in typed):",
        "if False:",
    ),
    Mutant(
        "rebase",
        "another place that looks alike",
        "if base.count(anchor) != 1 or current.count(anchor) != 1:",
        "if current.count(anchor) < 1:",
    ),
    Mutant(
        "rebase",
        "overlaps are no collision",
        "point < span.end\n    return a.start < b.end and b.start < a.end",
        "point < span.end\n    return False",
    ),
    Mutant("rebase", "what was typed is written again", "if change not in typed]", "if True]"),
    Mutant(
        "rebase",
        "places do not move",
        "move_change(change, sum(len(other.text) - len(other.span) for other in before))",
        "move_change(change, 0)",
    ),
    Mutant(
        "rebase",
        "edges have no order",
        "at_edge or span.start < point < span.end",
        "span.start < point < span.end",
    ),
    Mutant(
        "rebase", "any line is known again", "_TELLING = 20  # letters", "_TELLING = 0  # letters"
    ),
    # -- redaction
    Mutant(
        "redaction",
        "guidance is not redacted",
        "stable=redact(prompt.stable)",
        "stable=prompt.stable",
    ),
    Mutant(
        "redaction",
        "turns are not searched",
        "texts = [prompt.stable, *turns]",
        "texts = [prompt.stable]",
    ),
    Mutant("redaction", "altered placeholders pass", "return not looks <= sent", "return False"),
    Mutant(
        "redaction",
        "short secrets first",
        "best = max(_find_lengths(anywhere, placeholders, text, place), default=0)",
        "best = min(_find_lengths(anywhere, placeholders, text, place), default=0)",
    ),
    Mutant(
        "redaction",
        "explanations show secrets",
        "_HIDDEN) if show else",
        "_HIDDEN) if False else",
    ),
    Mutant(
        "redaction",
        "a secret is copied",
        "if count > counts[placeholder] and placeholder not in free:",
        "if False:",
    ),
    Mutant(
        "redaction",
        "secrets are swapped",
        "if owners and place.placeholder not in owners",
        "if False and place.placeholder not in owners",
    ),
    Mutant(
        "redaction",
        "lines of a key leave",
        "*(line for secret in secrets for line in _split_lines(secret))}",
        "}",
    ),
    # -- exclusion
    Mutant(
        "exclusion",
        "the built-in list is forgotten",
        "return _is_denied_anywhere(path) or _is_denied_at_home(path)",
        "return _is_denied_at_home(path)",
    ),
    Mutant("exclusion", "links hide a file", "    for name in others:\n", "    for name in ():\n"),
    Mutant(
        "exclusion",
        "a file of an ignored folder is let through",
        "if reason:  # nothing",
        "if reason and part == path:  # nothing",
    ),
    Mutant("exclusion", "upper case hides a file", 'path.lower().split("/")]', 'path.split("/")]'),
    Mutant(
        "exclusion",
        "examples are excluded",
        "and not _compile(ALLOWED).fullmatch(name)",
        "and True",
    ),
    Mutant(
        "exclusion",
        "the global ignore file is forgotten",
        "for file in list_global_files(repository):",
        "for file in ():",
    ),
    Mutant(
        "exclusion",
        "a link's other names are forgotten",
        "if real != file.absolute():  # some",
        "if not real:  # some",
    ),
    # -- trust
    Mutant(
        "trust", "the editor's no counts nothing", "    if editor is False:\n", "    if False:\n"
    ),
    Mutant(
        "trust",
        "relative folders cover",
        "if expanded.is_absolute() else expanded",
        "if True else expanded",
    ),
    Mutant(
        "trust",
        "every workspace is trusted",
        "or self.trust.trusted or value == current",
        "or True",
    ),
    Mutant(
        "trust", "budgets may rise", "return _measure(value) <= _measure(current)", "return True"
    ),
    Mutant(
        "trust",
        "exclusions may be taken back",
        '.lstrip().startswith("!")',
        '.lstrip().startswith("\\0")',
    ),
    Mutant(
        "trust",
        "review may get looser",
        ".index(str(value)) >= SCALE",
        ".index(str(value)) <= SCALE",
    ),
    Mutant(
        "trust",
        "a workspace trusts itself",
        'and level not in ("user", "environment"):',
        "and False:",
    ),
    # -- several files: each its own part, or none
    Mutant(
        "several",
        "lines that were not shown are changed",
        "        if not all(quoting.has_shown(snapshot, span) for span in spans):\n",
        "        if False:\n",
    ),
    Mutant(
        "several",
        "a file that changed while it was read is changed",
        "        if not all(_is_in(excerpt, other.snapshot) for excerpt in excerpts):\n",
        "        if False:\n",
    ),
    Mutant(
        "several", "one file under two names", "        if name != path:\n", "        if False:\n"
    ),
    Mutant(
        "several",
        "the document under another name",
        "    if same == identify_file(parse_file_uri(document.uri)):\n",
        "    if False:\n",
    ),
    Mutant(
        "several",
        "a tool's file is changed",
        'locked = explain_tool_place(path) or _explain_file(file, document) or ""',
        'locked = _explain_file(file, document) or ""',
    ),
    Mutant(
        "several",
        "a path that climbs out is read",
        "    if not _is_below(path) or explain_exclusion(path) is not None:\n",
        "    if explain_exclusion(path) is not None:\n",
    ),
    Mutant(
        "several",
        "an excluded file is read",
        "    if not _is_below(path) or explain_exclusion(path) is not None:\n",
        "    if not _is_below(path):\n",
    ),
    Mutant(
        "several",
        "a read-only file is changed",
        "        if snapshot.version is None and path is not None and is_read_only(path):\n",
        "        if False:\n",
    ),
    Mutant(
        "several",
        "a new file takes another's place",
        "        if documents.take_open_snapshot(uri) is not None or (path and os.path.lexists(path)):\n",
        "        if False:\n",
    ),
    Mutant(
        "several",
        "what changed on disk is restored over",
        "            if not _is_still(path, after):\n",
        "            if False:\n",
    ),
    Mutant(
        "several",
        "what was written on disk stays when the editor declines",
        "        kept = await asyncio.to_thread(restore_all, changed)\n",
        "        kept = []\n",
    ),
    Mutant(
        "several",
        "a half is believed",
        "is_believed = problem is None and (part.was_closed or is_mute)",
        "is_believed = True",
    ),
    Mutant(
        "several",
        "closed files are not asked about",
        'if part.state == "silent" and part.was_closed]',
        "if False]",
    ),
    Mutant(
        "several",
        "a half is taken back once",
        "        order = replace(order, files=left, deleted=())\n",
        "        break\n",
    ),
    Mutant(
        "several",
        "a change at the wrong lines is right",
        "        if by_position and result != rebase_text(changes, base.text, typed):\n",
        "        if False:\n",
    ),
    Mutant(
        "several",
        "an undo takes typed text along",
        "text=self.typed if before is None else before)",
        "text=self.before.text)",
    ),
    Mutant(
        "several",
        "an undo is offered for ever",
        "            and self.now() - run.changed_at < within\n",
        "",
    ),
    Mutant(
        "several",
        "what an undo left is forgotten",
        "    run.edits = _keep_steps(run.edits, {file.uri for file in kept})\n",
        "    run.edits = ()\n",
    ),
    Mutant(
        "several",
        "a mark counts as a column",
        "        if base.version is None and base.text.startswith(BOM):",
        "        if False:",
    ),
    Mutant(
        "several",
        "a closed file comes before an open one",
        "key=lambda edit: edit.base.version is None)",
        "key=lambda edit: edit.base.version is not None)",
    ),
    Mutant(
        "several",
        "what changes at the last moment is written over",
        "            if not _is_still(path, before):  # once more, right before it is too late\n",
        "            if False:\n",
    ),
    Mutant(
        "several",
        "a link is replaced by a file",
        "staged[path].replace(os.path.realpath(path))",
        "staged[path].replace(path)",
    ),
    # -- ledger and budgets
    Mutant(
        "ledger",
        "held money is not counted",
        "budget.spent + budget.held + usd > budget.limit",
        "budget.spent + usd > budget.limit",
    ),
    Mutant(
        "ledger",
        "unknown prices pass",
        "        return _refuse_unpriced(model)",
        "        return None",
    ),
    Mutant(
        "ledger",
        "the future counts",
        "WHERE time >= :day AND time < :day_end",
        "WHERE time >= :day",
    ),
    Mutant(
        "ledger",
        "unknown prices count nothing",
        "           coalesce(sum(coalesce(usd, held_usd)), 0.0),\n",
        "           coalesce(sum(usd), 0.0),\n",
    ),
    Mutant("ledger", "a row that has gone is lost", "if cursor.rowcount == 0:", "if False:"),
    Mutant(
        "ledger",
        "living processes are lost",
        "pid != self._pid and not self._alive(pid)",
        "pid != self._pid",
    ),
    Mutant("money", "a session has no budget", "limits.per_session_usd,", "None,"),
    Mutant("money", "an agent has no budget", "limits.per_agent_usd, spent", "None, spent"),
    Mutant(
        "money",
        "each window warns again",
        "return cursor.rowcount == 1",
        "return True",
    ),
    Mutant(
        "money",
        "an alert needs no evidence",
        "and compute_tail(hits, count, share) <= RARE",
        "",
    ),
    Mutant(
        "money",
        "days are compared without their scatter",
        "max(variance / mean**2, scatter)",
        "variance / mean**2",
    ),
    Mutant("money", "cents raise an alert", "_FLOOR_USD = 1.0", "_FLOOR_USD = 0.0"),
    Mutant(
        "money",
        "a name ends the page's figures",
        'return text.replace("<", "\\\\u003c")',
        "return text",
    ),
    Mutant(
        "money",
        "the demo counts as daily work",
        'row.provider != "offline" and row.workspace != DEMO',
        'row.provider != "offline"',
    ),
    Mutant(
        "money",
        "Haiku that was never tried is sure",
        "known = len(haiku) >= _FEWEST_HAIKU",
        "known = bool(haiku)",
    ),
    Mutant("ledger", "max_usd is forgotten", "per_action_usd=per_action)", "per_action_usd=known)"),
    Mutant(
        "ledger",
        "max_usd raises the budget",
        "else min(known, request.max_usd)",
        "else request.max_usd",
    ),
    # -- follow: a hunk goes where its lines went or nowhere
    Mutant("follow", "lines above do not count", "if end <= self.first:", "if end < self.first:"),
    Mutant(
        "follow",
        "lost lines are not missed",
        "or (edit.added != edit.removed and not is_below)",
        "or False",
    ),
    Mutant(
        "follow",
        "what reaches in from above is no harm",
        "first=edit.first, is_torn=True",
        "first=edit.first",
    ),
    Mutant(
        "follow",
        "another text is good enough",
        "block.is_torn or _extract(now, block) != _extract(base, old)",
        "block.is_torn",
    ),
    Mutant("follow", "a torn block is whole", "block.is_torn or _extract(now", "_extract(now"),
    Mutant("follow", "a stale hunk is accepted with the rest", "    _refuse_stale(choice)\n", ""),
    # -- project: what of other files is shown
    Mutant(
        "project",
        "what a program writes is a caller",
        "if not _has_name(lines, number, symbol.name) or is_generated(lines):",
        "if not _has_name(lines, number, symbol.name):",
    ),
    Mutant(
        "project", "the budget is passed", "if estimate_tokens_of_size(size) > limit:", "if False:"
    ),
    Mutant(
        "project",
        "a text that changed stays as it was shown",
        "if span.extract(snapshot.text) != excerpt.text:",
        "if False:",
    ),
    Mutant(
        "project",
        "what was shown before takes the room of what is needed",
        "if part.needed < now]",
        "if part.needed <= now]",
    ),
    Mutant(
        "project", "what nobody needs stays for ever", "now - part.needed > _KEPT_SECONDS", "False"
    ),
    Mutant(
        "project",
        "files that nobody needs are read without end",
        "if len(unneeded) == _MOST_UNNEEDED:",
        "if False:",
    ),
    Mutant("project", "one of many is taken", "if len(kept) == 1 else ()", "if kept else ()"),
    Mutant(
        "project", "a guess is made between owners", "if len(owned) <= _MOST_OWNED:", "if True:"
    ),
    Mutant(
        "project",
        "lines that are gone are shown",
        "or not _is_there(definition, lines):",
        "or False:",
    ),
    # -- index: nothing excluded is shown, nothing of the project runs, nothing written is lost
    Mutant(
        "index",
        "excluded files are shown",
        "self._may_send[path] = reason is None",
        "self._may_send[path] = True",
    ),
    Mutant(
        "index",
        "the walk forgets ignore files of inner folders",
        "    if folder.depth:\n        rules =",
        "    if False:\n        rules =",
    ),
    Mutant(
        "index",
        "the walk forgets names with secrets",
        "return _is_ignored(path, rules) or is_denied(path)",
        "return _is_ignored(path, rules)",
    ),
    Mutant(
        "index",
        "a project in an ignored folder is read",
        'if _is_ignored(f"{write_posix(root)}/", rules) or',
        "if",
    ),
    Mutant(
        "index",
        "links are read",
        "if not stat.S_ISREG(os.lstat(file).st_mode):",
        "if not stat.S_ISREG(os.stat(file).st_mode):",
    ),
    Mutant(
        "index",
        "an excluded document in the editor counts",
        "is None and not self._is_allowed(path):",
        "is None and False:",
    ),
    Mutant(
        "index",
        "changed files are shown as they were",
        "if stamp is not None and stamp == self._rows.find_stamp(path):",
        "if stamp is not None:",
    ),
    Mutant(
        "index",
        "one process resets what another has read",
        "        self._begin()  # from here on no other process changes what is known\n",
        "",
    ),
    Mutant(
        "index",
        "keys reach the child",
        "return isolate_environment({name: env[name] for name in _PASSED_ON if name in env})",
        "return isolate_environment(env)",
    ),
    Mutant(
        "index",
        "data in a page is code",
        "if all(kind.lower() in _CODE for kind in _KIND.findall(tag[0])):",
        "if tag[0]:",
    ),
    Mutant(
        "index",
        "a comment in a page is code",
        'if begin[0] == "<!--":',
        'if begin[0] == "":',
    ),
    Mutant(
        "index", "a file that kills goes on killing", "return deaths >= _DEATHS", "return False"
    ),
    Mutant(
        "index",
        "another version is believed",
        '        raise sqlite3.DatabaseError(f"the index is of version {version}")',
        "        return",
    ),
    Mutant(
        "index",
        "what somebody waits for comes last",
        "            self._read_wanted(want, tell)\n            if stop()",
        "            if stop()",
    ),
    Mutant(
        "index",
        "saved text hides the editor's",
        '_HIDDEN = " AND f.path NOT IN (SELECT path FROM open.file)"',
        '_HIDDEN = ""',
    ),
    Mutant(
        "index",
        "the first of many is taken",
        "return tuple(sorted(named, key=_get_place)) if len(named) <= most else ()",
        "return tuple(sorted(named, key=_get_place))[:most]",
    ),
    Mutant(
        "pipeline",
        "an agent that may not edit edits",
        "    if parts.edits and not may_edit:\n",
        "    if False:\n",
    ),
    Mutant(
        "pipeline",
        "a rejection goes back for ever",
        "    if is_rejected and state.is_sent_back:\n",
        "    if False:\n",
    ),
    Mutant(
        "pipeline",
        "any step can reject",
        "    is_rejected = answer.approved is False and step.back_to is not None\n",
        "    is_rejected = answer.approved is False\n",
    ),
    Mutant(
        "pipeline",
        "a rejection goes on",
        "        next=step.back_to if is_rejected and step.back_to is not None else state.next + 1,",
        "        next=state.next + 1,",
    ),
    Mutant(
        "pipeline",
        "a reviewer without back_to is not heard",
        "    elif answer.approved is False and not is_rejected:\n",
        "    elif False:\n",
    ),
    Mutant(
        "pipeline",
        "a sent-back step may leave it so",
        "not parts.edits and not (step and step.is_sent_back)",
        "not parts.edits",
    ),
    Mutant(
        "pipeline",
        "a tag in a hand-over is a tag",
        '{"<": "\\\\u003c", ',
        "{",
    ),
    Mutant(
        "pipeline",
        "a long hand-over is not cut",
        "        while len(text := _dump(value)) > LONGEST and",
        "        while len(text := _dump(value)) > 10**9 and",
    ),
    Mutant(
        "pipeline",
        "the next step sees the old text",
        "        return snapshot if laid is None else replace(snapshot, text=laid.text)",
        "        return snapshot",
    ),
    Mutant(
        "pipeline",
        "a doubt of a step is lost",
        "        return laid.add_doubt(plan.doubt)",
        "        return laid",
    ),
    Mutant(
        "pipeline",
        "the target stays where it was",
        "    return replace(state, overlay=overlay, span=move_span(span, changes), directive_line=line)",
        "    return replace(state, overlay=overlay, span=span, directive_line=line)",
    ),
    Mutant(
        "pipeline",
        "a step makes a file again",
        "        return path in overlay.new_files or services.exists(path)",
        "        return services.exists(path)",
    ),
    Mutant(
        "pipeline",
        "money stays set aside",
        "    finally:\n        await finish_write(services.budget.give_back, request)",
        "    finally:\n        pass",
    ),
    Mutant(
        "pipeline",
        "nothing is set aside",
        "            return _end(request, state, account, held)",
        "            held = ()",
    ),
    Mutant(
        "pipeline",
        "a hold is spent twice",
        "UPDATE holds SET usd = max(0.0, usd - ?) WHERE id = ?",
        "UPDATE holds SET usd = usd + 0 * ? WHERE id = ?",
    ),
    Mutant(
        "pipeline",
        "holds of others do not count",
        "          UNION ALL SELECT run, session, agent, usd FROM holds)",
        "          UNION ALL SELECT run, session, agent, usd FROM holds WHERE 0)",
    ),
    Mutant(
        "pipeline",
        "an agent's day is not looked at",
        '        refused = check_budgets(total, limits, spent, model, f"the steps of `{agent}`")',
        "        refused = None",
    ),
    Mutant(
        "pipeline",
        "a finished step is not stored",
        "        await pipeline.keep(state)",
        "        pass",
    ),
    Mutant(
        "pipeline",
        "finished steps are kept for ever",
        "    if run.stored and not goes_on:",
        "    if False:",
    ),
    Mutant(
        "pipeline",
        "a rejected pipeline goes on",
        "result.error.code is not ErrorCode.REJECTED_BY_REVIEW",
        "True",
    ),
    Mutant(
        "pipeline",
        "a resumed pipeline begins anew",
        "observe, keep, before.state)",
        "observe, keep)",
    ),
    Mutant(
        "pipeline",
        "what was typed is overwritten",
        "    changes = rebase(find_changes(laid.base.text, laid.text), laid.base.text, now.text)",
        "    changes = find_changes(laid.base.text, laid.text)",
    ),
    Mutant(
        "pipeline",
        "a file of somebody else is replaced",
        "    taken = next(filter(exists, state.overlay.new_files), None)",
        "    taken = None",
    ),
    Mutant(
        "pipeline",
        "a pipeline of a living process is run twice",
        "    return is_alive(pid)",
        "    return False",
    ),
    Mutant(
        "pipeline",
        "a run under way is run twice",
        "    if stored is not None and run is not None and run.is_running:",
        "    if False:",
    ),
    Mutant(
        "pipeline",
        "a workspace's pipeline runs untrusted",
        '        replace(each, is_trusted=each.source != "workspace" or each.digest in trusted)',
        "        replace(each, is_trusted=True)",
    ),
    Mutant(
        "pipeline",
        "back_to may point forward",
        "return int(number) - 1 if 1 <= int(number) <= index else None",
        "return int(number) - 1",
    ),
    Mutant(
        "batch",
        "a lost answer to create makes a second batch",
        "        name = await find_batch(job, door, intent)\n        if name is not None:",
        "        name = None\n        if name is not None:",
    ),
    Mutant(
        "batch",
        "somebody else's batch of the same size is taken",
        'return result.custom_id.startswith(f"{intent.token}-")',
        "return True",
    ),
    Mutant(
        "batch",
        "a batch without a name is created again at once",
        '        batch = await find_batch(job, door, doubt) or ""',
        '        batch = ""',
    ),
    Mutant(
        "batch",
        "results are counted twice",
        "        if intent is None or intent.is_settled:\n            return",
        "        if intent is None:\n            return",
    ),
    Mutant(
        "batch",
        "a batch costs the full price",
        "    return compute_price(usage, model, day, job.environment.prices, batch=True)",
        "    return compute_price(usage, model, day, job.environment.prices)",
    ),
    Mutant(
        "batch",
        "the intent counts nothing",
        "            number = begin_row(database, begun, usd, now, _AT_THE_SERVER)",
        "            number = begin_row(database, begun, 0.0, now, _AT_THE_SERVER)",
    ),
    Mutant(
        "batch",
        "changes that touch are both taken",
        "    return a.span.start < b.span.end and b.span.start < a.span.end\n\n\ndef _is_sound(",
        "    return False\n\n\ndef _is_sound(",
    ),
    Mutant(
        "batch",
        "a patch is written over what was typed",
        '        return _refuse(result.path, "changed where the answer would change it")',
        "        after = result.sure",
    ),
    Mutant(
        "batch",
        "a secret keeps the placeholder of a process that is gone",
        "{old: placeholders.get(secret, old) for old, secret in hidden.items()}",
        "{}",
    ),
    Mutant(
        "batch",
        "a link out of the workspace is sent",
        "    if is_outside(file, root):\n        return SkippedFile(",
        "    if False:\n        return SkippedFile(",
    ),
    Mutant(
        "batch",
        "an option is taken for a revision",
        'if not revision or len(revision) > _LONGEST or revision.startswith("-"):',
        "if not revision or len(revision) > _LONGEST:",
    ),
    Mutant(
        "batch",
        "max_usd bounds nothing",
        "        if usd is None or usd > self.left + _DUST:",
        "        if usd is None:",
    ),
    Mutant(
        "index",
        "files that see others without an import call nothing",
        "            or sees_others(self._rows, path)\n",
        "",
    ),
    Mutant(
        "index",
        "a name that comes through another file calls nothing",
        'raw.source == EVERYTHING or raw.name in {name, ""}\n                for raw',
        "raw.source == EVERYTHING\n                for raw",
    ),
    Mutant(
        "checks",
        "a failure that was there before counts",
        "        if left[failure.identity] > 0:\n            left[failure.identity] -= 1\n        else:",
        "        if False:\n            left[failure.identity] -= 1\n        else:",
    ),
    Mutant(
        "checks",
        "a flaky failure counts",
        "    real = keep_repeated(new, repeated)",
        "    real = new",
    ),
    Mutant(
        "checks",
        "checks run without walls where there is no sandbox",
        '    return Sandbox(None, "; ".join(causes) or _ELSEWHERE)',
        '    return Sandbox("none", "; ".join(causes) or _ELSEWHERE)',
    ),
    Mutant(
        "checks",
        "a workspace may name commands",
        "    checks: Annotated[CheckList, WorkspaceRule.NEVER] = ()",
        "    checks: Annotated[CheckList, WorkspaceRule.FREE] = ()",
    ),
    Mutant(
        "checks",
        "a plan that fails is applied",
        "        return _reject(results, prepared), results",
        "        return plan, results",
    ),
    Mutant(
        "checks",
        "the whole environment is passed on",
        'if name in _PASSED_ON or name.startswith("LC_")',
        "if True",
    ),
    Mutant(
        "checks",
        "capabilities are kept",
        "                kernel.drop_rights()\n",
        "                pass\n",
    ),
    Mutant(
        "checks",
        "root can write to the kernel",
        '_PROC_READ_ONLY = ("sys", "irq", "bus", "fs", "sysrq-trigger")',
        "_PROC_READ_ONLY = ()",
    ),
    Mutant(
        "checks",
        "secret files can be read",
        '            os.unlink(path)\n    for path, text in order["texts"].items():',
        '            pass\n    for path, text in order["texts"].items():',
    ),
    Mutant(
        "checks",
        "a text is written through a link that leads out",
        '        _refuse_links(path, order["root"])\n',
        "",
    ),
    Mutant(
        "checks",
        "a test that was there before is left out",
        "if smaller is None or names & old or",
        "if smaller is None or",
    ),
    Mutant(
        "checks",
        "a name is read by the shell",
        '        return ("/bin/sh", "-c", line, "sh", *paths)',
        '        return ("/bin/sh", "-c", command.replace(_ALL, " ".join(paths)).replace(_ONE, paths[0]), "sh")',
    ),
    Mutant("findings", "a quote is believed", "if quote and line == quote:", "if quote:"),
    Mutant(
        "findings",
        "the first of many lines is taken",
        "return places[0] if len(places) == 1 else None",
        "return places[0] if places else None",
    ),
    Mutant(
        "findings",
        "lines that were not shown are believed",
        "if not scope.quoting.has_shown(snapshot, snapshot.get_line_span(first - 1, lines.last - 1)):",
        "if False:",
    ),
    Mutant("findings", "a flood is shown", "findings=merged[:_MOST_FINDINGS],", "findings=merged,"),
    Mutant(
        "findings",
        "a placeholder is shown",
        "fix=hide_placeholders(finding.fix, redacted),",
        "fix=finding.fix,",
    ),
    Mutant(
        "findings",
        "an undo brings a finding back",
        "if reaches_in and not is_below:",
        "if False:",
    ),
    Mutant(
        "findings",
        "a finding stands on other text",
        "placed for placed in findings if read_block(now, placed.block) == placed.lines_text",
        "placed for placed in findings",
    ),
    Mutant(
        "findings",
        "what is dismissed hides what is worse",
        "for n in range(rank + 1))",
        "for n in range(4))",
    ),
    Mutant(
        "findings",
        "a run forgets what others found",
        "if placed.code != code\n",
        "if False\n",
    ),
    Mutant(
        "findings",
        "one part hides what another says",
        '"diagnostics": [item for _, items in parts.values() for item in items],',
        '"diagnostics": list(items),',
    ),
    Mutant(
        "findings",
        "all of a commit buffer is sent",
        "if changes is not None and is_commit_buffer(snapshot):",
        "if False:",
    ),
    Mutant(
        "findings",
        "the diff in a commit buffer is its message",
        "cut = next((n for n, line in enumerate(lines) if _CUT.match(line)), len(lines))",
        "cut = len(lines)",
    ),
    Mutant(
        "findings",
        "the diff of an excluded file is sent",
        "and explain_exclusion(top / file.path, root or top, patterns) is None",
        "and root != top / file.path",
    ),
    Mutant(
        "findings",
        "git says as much as it likes",
        "if size > _MOST_BYTES:",
        "if False:",
    ),
    Mutant(
        "review",
        "an edit that was to be shown in place is applied unasked",
        '        return review != "never"\n',
        '        return review == "always"\n',
    ),
)

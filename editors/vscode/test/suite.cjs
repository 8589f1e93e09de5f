// Runs inside the real extension host, with the real `vscode` API; results go to the file FLUX_TEST_OUT as JSON.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

const { commands, window, workspace, Uri, Position, Range, Selection } = vscode;
const base = process.env.ANTHROPIC_BASE_URL;
const folder = () => workspace.workspaceFolders[0].uri;
const GREET = 'def greet(name):\n    return "hello " + name\n';
const TEN = '(\n        10\n        + 0\n    )';
const SHOUT = 'def greet(name):\n    return "HELLO " + name\n';
let api;

async function until(condition, what, seconds = 15) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const value = await condition();
    if (value) return value;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

const fake = async (path, body) => {
  const answer = await fetch(`${base}/_fake/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return answer.json();
};
const answers = (...script) => fake('script', script);
const rewrite = (code, more = {}) => ({ tool: 'rewrite_range', input: { code }, ...more });

/** A document with `text`, shown, its server-side copy up to date. */
async function open(text, name = 'app.py') {
  const uri = Uri.joinPath(folder(), name);
  await workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await workspace.openTextDocument(uri);
  const editor = await window.showTextDocument(document);
  if (document.getText() !== text) {
    await editor.edit((edit) => edit.replace(new Range(0, 0, document.lineCount, 0), text));
    await document.save();
  }
  editor.selection = new Selection(0, 5, 0, 5);
  return { uri, document, editor };
}

/** What a person types at a place of a document that is open somewhere. */
async function type(document, range, text) {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, text);
  await workspace.applyEdit(edit);
}

const where = (document, at = new Range(0, 5, 0, 5)) => ({
  uri: document.uri.toString(),
  range: { start: { line: at.start.line, character: at.start.character }, end: { line: at.end.line, character: at.end.character } },
  version: document.version,
});

/** Starts a run; `ended` is its outcome. */
async function start(argument) {
  const seen = [];
  const listener = api.onOutcome((outcome) => seen.push(outcome));
  const { run } = await commands.executeCommand('flux.run', argument);
  const ended = until(() => seen.find((outcome) => outcome.run === run), `the outcome of ${argument.action}`).finally(() => listener.dispose());
  ended.catch(() => undefined);
  return { run, ended };
}
/** The outcome of whatever run `begin` starts. */
async function next(begin) {
  const seen = [];
  const listener = api.onOutcome((outcome) => seen.push(outcome));
  await begin();
  return until(() => seen[0], 'an outcome').finally(() => listener.dispose());
}
const perform = async (argument) => (await start(argument)).ended;
const isDiff = ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'flux-review';
const diffs = () => window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isDiff);
const actionsAt = (document, range) => commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range);

const tests = {
  async 'the extension starts its server and registers the commands'() {
    const extension = vscode.extensions.getExtension('flux-lsp.flux-lsp');
    api = await extension.activate();
    await until(async () => (await commands.getCommands(true)).includes('flux.run'), 'flux.run');
  },
  async 'code actions are listed, ours are never preferred and stand behind others'() {
    const { document } = await open(GREET);
    const other = vscode.languages.registerCodeActionsProvider('python', {
      provideCodeActions: () => [Object.assign(new vscode.CodeAction('Other: organise', vscode.CodeActionKind.QuickFix), { isPreferred: true })],
    });
    const problem = vscode.languages.createDiagnosticCollection('story');
    problem.set(document.uri, [new vscode.Diagnostic(new Range(1, 4, 1, 10), 'something is wrong')]);
    const found = await actionsAt(document, new Range(0, 0, 1, 24));
    other.dispose();
    problem.dispose();
    const flux = found.filter(({ title }) => title.startsWith('Flux: '));
    for (const id of ['edit', 'fix', 'explain', 'tests', 'document']) assert(flux.some(({ kind }) => kind.value.endsWith(`.flux.${id}`)), `${id} is offered`);
    assert(flux.every(({ isPreferred }) => !isPreferred));
    assert(found[0].title === 'Other: organise', found.map(({ title }) => title).join(', '));
  },
  async 'an edit is applied, and one undo restores the bytes'() {
    const { document } = await open(GREET);
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), SHOUT);
    await commands.executeCommand('undo');
    assert.equal(document.getText(), GREET);
  },
  async 'what other languages of the editor know goes to the server, however late one of them is'() {
    const { document, uri } = await open('def greet(name):\n    return elsewhere(name).upper()\n');
    const asked = [];
    const known = vscode.languages.registerDefinitionProvider('python', { provideDefinition: (_, position) => { asked.push(position.line); return new vscode.Location(uri, new Range(0, 0, 1, 0)); } });
    const late = vscode.languages.registerTypeDefinitionProvider('python', { provideTypeDefinition: () => new Promise(() => undefined) });
    await answers(rewrite('def greet(name):\n    return 1\n'));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'x' }).finally(() => { known.dispose(); late.dispose(); });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert(asked.includes(1), `asked at ${asked}`);
  },
  async 'an edit chosen in the menu as a comment directive needs no question'() {
    const { document } = await open(`# flux: shout\n${GREET}`);
    await answers(rewrite(SHOUT));
    const [action] = (await actionsAt(document, new Range(0, 3, 0, 3))).filter(({ title }) => title === 'Flux: shout');
    assert(action, 'the directive is offered');
    const outcome = await next(() => commands.executeCommand(action.command.command, ...action.command.arguments));
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert(document.getText().endsWith(SHOUT), document.getText());
  },
  async 'a diagnostic of another extension is fixed'() {
    const { document, editor } = await open('def greet(nam):\n    return "hello " + name\n');
    const problem = vscode.languages.createDiagnosticCollection('story');
    problem.set(document.uri, [new vscode.Diagnostic(new Range(1, 22, 1, 26), 'name is not defined', vscode.DiagnosticSeverity.Error)]);
    await answers(rewrite(GREET));
    editor.selection = new Selection(1, 23, 1, 23);
    const outcome = await next(() => commands.executeCommand('flux.action.fix')).finally(() => problem.dispose());
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), GREET);
    const [request] = (await fake('requests')).slice(-1);
    assert(JSON.stringify(request.json.messages).includes('name is not defined'), 'the diagnostic was sent');
  },
  async 'the actions that the server names have their commands, and can be chosen from a list'() {
    const { document } = await open(GREET);
    const listed = await commands.getCommands(true);
    for (const id of ['edit', 'fix', 'explain', 'tests', 'document']) assert(listed.includes(`flux.action.${id}`), id);
    await answers({ text: 'Says hello.' });
    const outcome = await next(async () => {
      void commands.executeCommand('flux.choose');
      await new Promise((done) => setTimeout(done, 1500)); // the list is there; Commit message, Fix and Edit stand above Explain
      for (const _ of [1, 2, 3]) await commands.executeCommand('workbench.action.quickOpenSelectNext');
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    });
    assert.deepEqual([outcome.action, outcome.status], ['explain', 'answered'], JSON.stringify(outcome.error));
    assert.equal(document.getText(), GREET);
    await commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
  },
  async 'an explanation opens beside the code and changes nothing'() {
    const { document } = await open(GREET);
    await answers({ text: '# greet\n\nSays **hello**.\n\n```python\ngreet("you")\n```\n' });
    const outcome = await perform({ ...where(document), action: 'explain' });
    assert.equal(outcome.status, 'answered', JSON.stringify(outcome.error));
    const isView = ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('flux.explanation');
    const view = await until(() => window.tabGroups.all.flatMap(({ tabs }) => tabs).find(isView), 'the view');
    assert(view.group.viewColumn > 1, 'beside the code');
    assert.equal(document.getText(), GREET);
    await window.tabGroups.close(view);
  },
  async 'a test file is created'() {
    const { document } = await open(GREET);
    const content = 'from app import greet\n\n\ndef test_greet_says_hello():\n    assert greet("you") == "hello you"\n';
    await answers({ tool: 'apply_edits', input: { edits: [], new_files: [{ path: 'tests/test_app.py', content }] } });
    const outcome = await perform({ ...where(document), action: 'tests' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    const made = await workspace.openTextDocument(Uri.joinPath(folder(), 'tests/test_app.py'));
    assert.equal(made.getText(), content);
    assert.equal(document.getText(), GREET);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },
  async 'cancelling in mid-stream leaves the buffer and closes the stream'() {
    const { document } = await open(GREET);
    await answers(rewrite(SHOUT, { piece: 4, gate: 'cancel', gate_after: 2 }));
    const before = (await fake('requests')).length;
    const { run, ended } = await start({ ...where(document), action: 'edit', instruction: 'shout' });
    await until(async () => (await fake('requests')).length > before, 'the request');
    assert.deepEqual(await commands.executeCommand('flux.cancel', { run }), { cancelled: [run] });
    assert.equal((await ended).status, 'cancelled');
    assert.equal(document.getText(), GREET);
    await until(async () => (await fake('requests')).at(-1).disconnected, 'the stream to be closed');
  },
  async 'cancelling at once ends the run too'() {
    const { document } = await open(GREET);
    await answers(rewrite(SHOUT));
    const { run, ended } = await start({ ...where(document), action: 'edit', instruction: 'shout' });
    await commands.executeCommand('flux.cancel', { run });
    const { status } = await ended;
    assert(status === 'cancelled' || status === 'applied', status); // whichever was first
    assert.equal(document.getText(), status === 'applied' ? SHOUT : GREET);
  },
  async 'typing while the model works is kept'() {
    const { document, editor } = await open(GREET);
    await answers(rewrite(SHOUT, { gate: 'typing' }));
    const { ended } = await start({ ...where(document), action: 'edit', instruction: 'shout' });
    await editor.edit((edit) => edit.insert(new Position(0, 0), '# typed meanwhile 😀\n'));
    await fake('release/typing', {});
    const outcome = await ended;
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), `# typed meanwhile 😀\n${SHOUT}`);
  },
  async 'a refused answer leaves the buffer and says why'() {
    const { document } = await open(GREET);
    await answers({ refusal: 'cyber' });
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'refused');
    assert.equal(outcome.error.code, 'REFUSED_BY_MODEL');
    assert(outcome.error.message.length > 10);
    assert.equal(document.getText(), GREET);
  },
  async 'text outside the basic plane keeps its place'() {
    const text = `WAVE = "👋👋"; X = "😀"\n\n\n${GREET}# 👋 end 𝒳\n`;
    const { document } = await open(text);
    await answers(rewrite('def greet(name):\n    return "👋 hello " + name\n'));
    const outcome = await perform({ ...where(document, new Range(3, 5, 3, 5)), action: 'edit', instruction: 'wave' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), text.replace('"hello', '"👋 hello'));
    await commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  },
  async 'an untitled document is edited'() {
    const document = await workspace.openTextDocument({ language: 'python', content: GREET });
    await window.showTextDocument(document);
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), SHOUT);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },
  async 'a notebook cell is edited'() {
    const cells = [new vscode.NotebookCellData(vscode.NotebookCellKind.Code, GREET, 'python')];
    const notebook = await workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(0);
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText().trimEnd(), SHOUT.trimEnd());
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },
  async 'what waits for a yes in an untitled document or a notebook cell is a diff too'() {
    await workspace.getConfiguration('flux').update('review', 'always', vscode.ConfigurationTarget.Global);
    const accepted = async (document) => {
      await answers(rewrite(SHOUT));
      const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
      assert.equal(outcome.status, 'proposed', JSON.stringify(outcome.error));
      await until(() => diffs().length === 1, 'the diff');
      await commands.executeCommand('flux.review.accept');
      await until(() => diffs().length === 0, 'the diff to close');
      assert.equal(document.getText().trimEnd(), SHOUT.trimEnd());
    };
    const untitled = await workspace.openTextDocument({ language: 'python', content: GREET });
    await window.showTextDocument(untitled);
    await accepted(untitled);
    await until(() => window.activeTextEditor?.document === untitled, 'the way back to it');
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const cells = [new vscode.NotebookCellData(vscode.NotebookCellKind.Code, GREET, 'python')];
    const notebook = await workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await window.showNotebookDocument(notebook);
    await accepted(notebook.cellAt(0).document);
    await until(() => window.activeNotebookEditor?.notebook === notebook, 'the way back to the notebook');
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await workspace.getConfiguration('flux').update('review', undefined, vscode.ConfigurationTarget.Global);
  },
  async 'what Flux cannot do is left alone: tests of no file, documents it does not get'() {
    const asked = (await fake('requests')).length;
    const untitled = await workspace.openTextDocument({ language: 'python', content: GREET });
    await window.showTextDocument(untitled);
    assert.equal(await commands.executeCommand('flux.action.tests'), undefined);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await window.showTextDocument(await workspace.openTextDocument(Uri.parse('flux-page:/other.txt')));
    assert.equal(await commands.executeCommand('flux.action.explain'), undefined);
    assert.equal((await fake('requests')).length, asked);
    await commands.executeCommand('workbench.action.closeActiveEditor');
  },
  async 'a document of the second root is edited by the same server'() {
    const uri = Uri.joinPath(workspace.workspaceFolders[1].uri, 'other.py');
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document);
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), SHOUT);
    assert.equal(servers().length, 1);
    await commands.executeCommand('undo');
  },
  async 'a run is tried again with a remark'() {
    const { document } = await open(GREET);
    await answers({ refusal: 'cyber' }, rewrite(SHOUT));
    const first = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(first.status, 'refused');
    const again = await next(() => commands.executeCommand('flux.retry', { run: first.run, instruction: 'in capitals' }));
    assert.equal(again.status, 'applied', JSON.stringify(again.error));
    assert.equal(document.getText(), SHOUT);
    const said = JSON.stringify((await fake('requests')).at(-1).json.messages);
    assert(said.includes('shout') && said.includes('in capitals'), said);
  },
  async 'the last change is taken back by command'() {
    const { document } = await open(GREET);
    await answers(rewrite(SHOUT));
    await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(document.getText(), SHOUT);
    await commands.executeCommand('flux.undo');
    await until(() => document.getText() === GREET, 'the old text');
  },
  async 'what would be sent is shown and not sent'() {
    const { document } = await open(GREET);
    const asked = (await fake('requests')).length;
    await commands.executeCommand('flux.preview', { ...where(document), action: 'explain' });
    const page = await until(() => window.activeTextEditor?.document.uri.scheme === 'flux-page' && window.activeTextEditor.document, 'the page');
    const shown = JSON.parse(page.getText());
    assert(JSON.stringify(shown.request).includes('def greet'), 'the code is in the request');
    assert(shown.sent.some(({ path }) => path.endsWith('app.py')), JSON.stringify(shown.sent));
    assert.equal((await fake('requests')).length, asked);
    await commands.executeCommand('workbench.action.closeActiveEditor');
  },
  async 'usage, doctor and the report open'() {
    await commands.executeCommand('flux.doctor');
    assert(window.activeTextEditor.document.getText().includes('Ledger'));
    assert(!window.activeTextEditor.document.getText().includes('test-key'));
    await commands.executeCommand('flux.usage');
    assert.match(window.activeTextEditor.document.getText(), /\$\d/);
    await commands.executeCommand('flux.report');
    const isReport = ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('flux.report');
    const report = await until(() => window.tabGroups.all.flatMap(({ tabs }) => tabs).find(isReport), 'the report');
    await window.tabGroups.close(report);
  },
  async 'a proposal is a diff; its hunks are accepted and rejected one by one'() {
    await workspace.getConfiguration('flux').update('review', 'always', vscode.ConfigurationTarget.Global);
    const body = (a, b) => `def first():\n    return ${a}\n\n\nMIDDLE = 0\n\n\ndef second():\n    return ${b}\n`; // `a` may be several lines
    const { document, editor } = await open(body(1, 2));
    editor.selection = new Selection(0, 0, 8, 12);
    await answers(rewrite(body(TEN, 20)));
    const all = new Range(0, 0, 9, 0);
    const outcome = await perform({ ...where(document, all), action: 'edit', instruction: 'times ten' });
    assert.equal(outcome.status, 'proposed', JSON.stringify(outcome.error));
    assert.equal(document.getText(), body(1, 2), 'nothing is applied before a yes');
    assert.equal(outcome.proposal.files[0].hunks.length, 2);
    await until(() => diffs().length === 1, 'the diff');
    const shown = await until(() => window.visibleTextEditors.find((one) => one.document.uri.scheme === 'flux-review' && one.document.uri.query.startsWith('after')), 'its right side');
    assert.equal(shown.document.getText(), body(TEN, 20));
    await type(document, new Range(0, 0, 0, 0), '# typed\n');
    await until(() => shown.document.getText() === `# typed\n${body(TEN, 20)}`, 'the diff to follow what is typed above');
    await type(document, new Range(2, 4, 2, 4), 'over ');
    await until(() => shown.document.getText() === `# typed\n${body(1, 20).replace('return 1', 'over return 1')}`, 'a change that is typed over to leave the diff');
    await type(document, new Range(2, 4, 2, 9), '');
    await type(document, new Range(0, 0, 1, 0), '');
    await until(() => shown.document.getText() === body(TEN, 20), 'the change to fit again');
    await until(() => window.activeTextEditor?.document.uri.scheme === 'flux-review', 'the focus in the diff');
    window.activeTextEditor.selection = new Selection(11, 0, 11, 0);
    await commands.executeCommand('flux.review.acceptHunk');
    await until(() => document.getText() === body(1, 20), 'the second change alone');
    await until(() => window.activeTextEditor?.document.uri.scheme === 'flux-review', 'the focus in the diff');
    window.activeTextEditor.selection = new Selection(3, 0, 3, 0);
    await commands.executeCommand('flux.review.rejectHunk');
    await until(() => diffs().length === 0, 'the diff to close when all is decided');
    assert.equal(document.getText(), body(1, 20));
    const again = await perform({ ...where(document, all), action: 'edit', instruction: 'times ten' });
    assert.equal(again.status, 'proposed', JSON.stringify(again.error));
    await commands.executeCommand('flux.review.accept');
    await until(() => document.getText() === body(TEN, 20), 'everything accepted');
  },
  async 'settings count by the names of this editor, and by the old ones with underscores'() {
    const config = workspace.getConfiguration('flux');
    const names = { maxAttempts: 7, 'budget.perDayUsd': 'unlimited', maxTokens: null, apiKeyCommand: '', deadline_seconds: 99, 'context.max_tokens': 5000, 'context.maxTokens': 6000 };
    const set = (values) => Object.entries(values).reduce((before, [name, value]) => before.then(() => config.update(name, value, vscode.ConfigurationTarget.Global)), Promise.resolve());
    await set(names);
    await commands.executeCommand('flux.doctor');
    const page = () => window.activeTextEditor?.document.getText() ?? '';
    await until(() => /max_attempts +7 /.test(page()), 'the page, which may show an earlier text for a moment');
    const text = page();
    await set(Object.fromEntries(Object.keys(names).map((name) => [name, undefined])));
    for (const line of [/budget.per_day_usd +unlimited/, /deadline_seconds +99/, /  max_tokens +auto/, /context.max_tokens +6000/]) assert.match(text, line);
    assert(!/api_key_command.*editor/.test(text), text);
    await commands.executeCommand('workbench.action.closeActiveEditor');
  },
  async 'a setting that is taken back no longer counts'() {
    await workspace.getConfiguration('flux').update('review', undefined, vscode.ConfigurationTarget.Global);
    const { document } = await open(GREET);
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
  },
  async 'a server that dies in mid-run is started again, and nothing is lost'() {
    const { document, editor } = await open(GREET);
    await answers(rewrite(SHOUT, { piece: 4, gate: 'dies', gate_after: 2 }));
    const before = (await fake('requests')).length;
    await start({ ...where(document), action: 'edit', instruction: 'shout' });
    await until(async () => (await fake('requests')).length > before, 'the request');
    await editor.edit((edit) => edit.insert(new Position(0, 0), 'TYPED = 1\n\n\n'));
    const [old] = servers();
    process.kill(old, 'SIGKILL');
    await until(() => servers().find((pid) => pid !== old), 'a new server');
    const running = () => commands.executeCommand('flux.status').then((status) => status?.running, () => undefined); // the command comes and goes with the server
    assert.deepEqual(await until(running, 'the new server to answer'), []);
    assert.equal(document.getText(), `TYPED = 1\n\n\n${GREET}`);
    await fake('release/dies', {});
    await answers(rewrite(SHOUT));
    const outcome = await perform({ ...where(document, new Range(3, 5, 3, 5)), action: 'edit', instruction: 'shout' });
    assert.equal(outcome.status, 'applied', JSON.stringify(outcome.error));
    assert.equal(document.getText(), `TYPED = 1\n\n\n${SHOUT}`);
  },
  async 'the key and the settings of the editor are in no settings file'() {
    for (const name of ['settings.json']) assert(!readFileSync(join(process.env.HOME, 'user/User', name), 'utf8').includes('test-key'));
    assert(!existsSync(join(folder().fsPath, '.vscode')));
  },
};

/** The server processes that this extension host started. */
function servers() {
  const program = workspace.getConfiguration('flux').get('server.command').at(-1);
  const lines = execFileSync('ps', ['-o', 'pid=,ppid=,args=', '-A'], { encoding: 'utf8' }).trim().split('\n');
  const mine = lines.map((line) => line.trim().split(/\s+/)).filter(([, parent, ...args]) => Number(parent) === process.pid && args.includes(program));
  return mine.map(([pid]) => Number(pid));
}

exports.run = async () => {
  // The web editor reads the file of the workspace while extensions start, and now and then not at all.
  const hasFolders = () => workspace.workspaceFolders?.length === 2;
  const opened = await until(hasFolders, 'the folders of the workspace', 20).catch(() => false);
  if (!opened) return writeFileSync(`${process.env.FLUX_TEST_OUT}.empty`, '');
  const results = [];
  const wanted = process.env.FLUX_TEST_ONLY;
  for (const [name, test] of Object.entries(tests)) {
    if (wanted && results.length && !name.includes(wanted)) continue;
    const begun = Date.now();
    try {
      await test();
      results.push({ name, ok: true, ms: Date.now() - begun });
    } catch (error) {
      results.push({ name, ok: false, ms: Date.now() - begun, error: String(error?.stack ?? error) });
    }
    await commands.executeCommand('notifications.clearAll');
  }
  writeFileSync(process.env.FLUX_TEST_OUT, JSON.stringify(results));
};

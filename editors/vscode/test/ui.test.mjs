// The packaged .vsix through the editor's own user interface, as a person meets it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { server } from './harness.mjs';
import { APP, BETTER, EXPLAINED, FILES, has, ITEM, rewrite, session } from './person.mjs';

test('a person with a key', { timeout: 180_000 }, (t) => session(t, { name: 'ui' }, async ({ me, api, page, step }) => {
  await step('the status bar shows that the server runs', async () => {
    await me.opens('app.py');
    await me.sees('sonnet', ITEM);
  });
  await step('the light bulb burns for a selection only, and offers every action', async () => {
    await me.clicksIn('return "hello');
    await page.waitForTimeout(800); // the editor asks a quarter of a second after the cursor moved
    assert(!(await page.isVisible('.lightBulbWidget.codicon')), 'a bare cursor lights nothing');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    const bulb = await (await page.waitForSelector('.lightBulbWidget.codicon')).boundingBox();
    await page.mouse.click(bulb.x + 8, bulb.y + 8);
    await me.sees('Flux: edit', '.action-widget');
    for (const title of ['document', 'write tests', 'explain']) await me.sees(`Flux: ${title}`, '.action-widget');
    await me.picture('light-bulb');
    await page.keyboard.press('Escape');
  });
  await step('an edit asks in a box, streams with a cancel button, and is undone in one step', async () => {
    await api.answers(rewrite(BETTER, { piece: 8, gate: 'edit', gate_after: 5 }));
    await me.clicksIn('def greet');
    await me.chooses('Flux: edit');
    await me.sees('edit `greet` · Sonnet · about $', '.quick-input-title');
    await page.click('.quick-input-titlebar .codicon-server-process');
    await me.sees('edit `greet` · Haiku · about $', '.quick-input-title');
    await page.click('.quick-input-titlebar .codicon-server-process');
    await me.sees('edit `greet` · Sonnet · about $', '.quick-input-title');
    await me.picture('box');
    await me.says('greet politely');
    await me.sees('Flux: edit `greet` · app.py:4', '.notification-toast');
    await me.sees('Cancel', '.notification-toast');
    await me.picture('progress');
    await api.release('edit');
    await me.shows('Say hello to `name`, politely.');
    await me.undo();
    await me.shows('    return "hello " + name');
    assert(!(await me.text()).includes('politely'));
  });
  await step('what would be sent holds the words that the person would say', async () => {
    await me.clicksIn('def greet');
    await me.command('Flux: Show what would be sent');
    await me.says('Edit', 'Which action?');
    await me.says('with a bow');
    await me.sees('What Flux would send.json', '.tab.active');
    await page.click('.editor-instance .view-line >> nth=0');
    await page.keyboard.press('Control+f');
    await page.waitForSelector('.find-widget.visible');
    await page.keyboard.insertText('with a bow');
    await me.sees('1 of', '.find-widget .matchesCount');
    await me.picture('preview');
    await page.keyboard.press('Escape');
    await me.opens('app.py');
  });
  await step('the box remembers', async () => {
    await me.clicksIn('def greet');
    await page.keyboard.press('Alt+a');
    await page.keyboard.press('e');
    await me.sees('greet politely', '.quick-input-list .monaco-list-row');
    await me.picture('history');
    await page.keyboard.press('Escape');
  });
  await step('the cancel button ends a run and the buffer stays', async () => {
    await api.answers(rewrite(BETTER, { piece: 8, gate: 'cancel', gate_after: 3 }));
    await me.clicksIn('def greet');
    await me.command('Flux: Edit');
    await me.says('again');
    await page.click('.notification-toast .monaco-button:has-text("Cancel")', { timeout: 20_000 });
    for (let tries = 0; !(await api.requests()).at(-1).disconnected; tries++) { assert(tries < 100, 'the stream is closed'); await page.waitForTimeout(50); }
    assert(!(await me.text()).includes('politely'));
  });
  await step('an explanation streams into a rendered view beside the code; its code is usable', async () => {
    await api.answers({ text: EXPLAINED, piece: 10, gate: 'explain', gate_after: 9 });
    await me.clicksIn('def greet');
    await page.click('.editor-instance .view-line:has-text("def greet")', { button: 'right' });
    await page.hover('.context-view .monaco-menu .action-item:has-text("Flux")');
    const entry = page.locator('.context-view .action-item:has-text("Explain")').last(); // the submenu is inside the menu's own entry
    await entry.hover();
    await me.picture('context-menu');
    await entry.click({ delay: 100 });
    await me.view('main li strong'); // rendered before the end
    await api.release('explain');
    await me.view('pre code');
    await me.picture('explain');
    const view = page.frameLocator('iframe.webview').frameLocator('#active-frame');
    await view.locator('pre').hover();
    await view.locator('button:has-text("Insert")').click();
    await me.shows('print(greet("Ada"))');
    await me.undo();
  });
  await step('the status bar shows model and cost; its menu leads to usage, doctor and report', async () => {
    await page.click(`${ITEM} a`);
    await me.sees('Usage', '.quick-input-list .monaco-list-row');
    await me.picture('status-bar');
    await me.says('Usage', '');
    await me.sees('Flux usage.txt', '.tab.active');
    await page.click(`${ITEM} a`);
    await me.says('Doctor', '');
    await me.sees('Flux doctor.txt', '.tab.active');
    await me.picture('doctor');
    await page.click(`${ITEM} a`);
    await me.says('Report', '');
    await me.sees('Flux: report', '.tab.active');
    await me.picture('report');
  });
  await step('where it cannot work it says why', async () => {
    await page.click('.tab:has-text("Flux doctor.txt")');
    await page.click('.editor-instance .view-line >> nth=0');
    await me.command('Flux: Explain');
    await me.sees('“flux-page” documents are not shared with Flux', '.notification-toast');
    await me.command('Create: New File');
    await me.says('Text File', '');
    await page.waitForSelector('.tab.active:has-text("Untitled-1")');
    await me.command('Flux: Write tests');
    await me.sees('Save `Untitled-1` first: tests have to import it', '.notification-toast');
  });
}));

const restricted = { ...FILES, '.vscode/settings.json': '{"flux.review": "always"}' };
test('a person who wants to see changes first', { timeout: 120_000 }, (t) => session(t, { name: 'review', settings: { 'flux.review': 'always' } }, async ({ me, api, page, workspace, step }) => {
  await step('a change waits for a yes as a diff, side by side', async () => {
    await me.opens('app.py');
    await api.answers(rewrite(APP.replace('    return "hello " + name\n', '    name = name.strip()\n    return f"Hello, {name}!"\n').replace('"goodbye " + name', 'f"Goodbye, {name}!"')));
    await me.clicksIn('def greet');
    await page.keyboard.press('Control+a');
    await me.chooses('Flux: edit');
    await me.says('politely, with f-strings');
    await me.sees('(Flux: edit, 2 changes)', '.tab.active');
    await me.hint('change 1 of 2');
    await me.picture('diff');
  });
  await step('buttons accept one change and reject the other', async () => {
    await page.click('.monaco-diff-editor .modified .view-line:has-text("name = name.strip()")');
    await page.click('.editor-actions [aria-label^="Accept this change"]');
    await page.waitForSelector('.monaco-diff-editor .original .view-line:has-text("name = name.strip()")');
    await page.click('.monaco-diff-editor .modified .view-line:has-text("Goodbye, {name}")');
    await page.keyboard.press('Alt+Backspace');
    await page.waitForSelector('.tab:has-text("(Flux: edit")', { state: 'detached' });
    await me.shows('    name = name.strip()\n    return f"Hello, {name}!"');
    assert((await me.text()).includes('return "goodbye " + name'));
    await me.undo();
    await me.shows('    return "hello " + name');
  });
  await step('a new file waits for a yes too, and rejected there is none', async () => {
    await api.answers({ tool: 'apply_edits', input: { edits: [], new_files: [{ path: 'tests/test_app.py', content: 'from app import greet\n\n\ndef test_greet_says_hello():\n    assert greet("you") == "hello you"\n' }] } });
    await me.clicksIn('def greet');
    await me.chooses('Flux: write tests');
    await me.sees('test_app.py (Flux', '.tab.active');
    await me.picture('new-file');
    await page.click('.editor-actions [aria-label^="Reject all changes of this file"]');
    await page.waitForSelector(`.tab${has('(Flux')}`, { state: 'detached' });
    assert(!existsSync(join(workspace, 'tests/test_app.py')));
  });
}));

const OTHER = 'from app import greet\n\n\ndef hello() -> str:\n    return greet("you")\n\n\ndef twice() -> str:\n    return greet("you") + greet("me")\n';
const CLOSED = 'from app import greet\n\n\ndef morning() -> str:\n    return greet("sun")\n';
const swap = (path, ...pairs) => pairs.map(([old_string, new_string]) => ({ path, old_string, new_string }));
const renaming = () => ({
  tool: 'apply_edits', input: {
    edits: [
      ...swap('closed.py', ['import greet', 'import welcome'], ['greet("sun")', 'welcome("sun")']),
      ...swap('app.py', ['def greet', 'def welcome']),
      ...swap('other.py', ['import greet', 'import welcome'], ['return greet("you")\n', 'return welcome("you")\n'], ['greet("you") + greet("me")', 'welcome("you") + welcome("me")']),
    ],
  },
});
const signature = () => ({
  tool: 'apply_edits', input: {
    edits: [
      ...swap('app.py', ['def greet(name: str)', 'def greet(name: str, end: str)'], ['"hello " + name', '"hello " + name + end']),
      ...swap('closed.py', ['greet("sun")', 'greet("sun", "!")']),
      ...swap('other.py', ['return greet("you")\n', 'return greet("you", ".")\n'], ['greet("you") + greet("me")', 'greet("you", "") + greet("me", "")']),
    ],
  },
});
test('a change of several files', { timeout: 180_000 }, (t) =>
  session(t, { name: 'several', settings: { 'files.autoSave': 'off' }, files: { ...FILES, 'other.py': OTHER, 'closed.py': CLOSED } }, async ({ me, api, page, home, workspace, step }) => {
    const diffs = () => page.$$eval('.tab .label-name', (labels) => labels.map((label) => /^(\S+) \(Flux: edit, file/.exec(label.textContent)?.[1]).filter(Boolean));
    const inFront = (name) => page.waitForSelector(`.tab.active${has(`${name} (Flux`)}`);
    const ofFile = async (name) => { await me.opens(name); return me.text(); };
    const propose = async () => {
      await api.answers(renaming());
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await me.says('rename greet to welcome');
      await me.sees('file 3 of 3', '.tab');
      await inFront('app.py');
    };
    const indexed = () => JSON.parse(spawnSync(server[0], [...server.slice(1), 'doctor', '--json'], { cwd: workspace, env: { ...process.env, FLUX_DATA_DIR: join(home, 'flux') } }).stdout).index.state === 'complete';
    await step('a first run begins the index of the project, from which the model is shown the callers', async () => {
      await api.answers({ text: EXPLAINED });
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Explain');
      await me.view('h1:text("greet")');
      await me.command('View: Close Editors in Other Groups');
      for (let tries = 0; !indexed(); tries++) assert(tries < 20, 'the project is indexed');
    });
    await step('each file is a diff, the one at hand first', async () => {
      await me.opens('other.py');
      await me.clicksIn('def twice');
      await page.keyboard.press('Home');
      await page.keyboard.type('# unsaved');
      await page.keyboard.press('Enter');
      await propose();
      assert.deepEqual(await diffs(), ['app.py', 'closed.py', 'other.py']);
      await me.picture('first');
    });
    await step('a diff that was closed by hand waits behind the status bar', async () => {
      await page.click('.tab.active .tab-actions a');
      await page.waitForSelector(`.tab${has('app.py (Flux')}`, { state: 'detached' });
      await me.sees('1 to review', ITEM);
      await page.click(`${ITEM} a`);
      await me.picture('menu');
      await me.says('Review edit', '');
      await inFront('app.py');
      assert.deepEqual((await diffs()).sort(), ['app.py', 'closed.py', 'other.py']);
    });
    await step('a file that is decided on makes room for the next one', async () => {
      await page.click('.editor-actions [aria-label^="Accept this change"]');
      await inFront('closed.py');
      await me.picture('second');
      await page.click('.monaco-diff-editor .modified .view-line:has-text("return welcome")');
      await page.keyboard.press('Control+Enter');
      await inFront('other.py');
      await me.hint('change 6 of 6');
      await page.click('.editor-actions [aria-label^="Accept this change"]');
      await page.waitForSelector('.monaco-diff-editor .original .view-line:has-text("import welcome")');
      await page.keyboard.press('Alt+Enter'); // the cursor is at the next one
      await page.waitForSelector('.monaco-diff-editor .modified .view-line:has-text("twice")');
      await me.picture('third');
      await page.keyboard.press('Alt+Backspace');
      await page.waitForSelector('.tab:has-text("(Flux: edit")', { state: 'detached' });
      await me.shows('def welcome');
      await me.picture('decided');
    });
    await step('each file has what was accepted, and unsaved text is still there', async () => {
      assert.equal(await ofFile('closed.py'), CLOSED.replaceAll('greet', 'welcome'));
      assert.equal(await ofFile('other.py'), OTHER.replace('greet', 'welcome').replace('greet("you")\n', 'welcome("you")\n').replace('def twice', '# unsaved\ndef twice'));
      assert.equal(readFileSync(join(workspace, 'closed.py'), 'utf8'), CLOSED, 'nothing is written to disk unasked');
    });
    await step('each file is taken back by its own undo', async () => {
      for (const [name, times, text] of [['closed.py', 1, CLOSED], ['other.py', 2, OTHER.replace('def twice', '# unsaved\ndef twice')], ['app.py', 1, APP]]) {
        await me.opens(name);
        await page.click('.editor-instance .view-line >> nth=0');
        for (let done = 0; done < times; done++) await me.undo();
        await me.shows(text);
      }
    });
    await step('all of it is accepted at once and taken back at once', async () => {
      await propose();
      await me.command('Flux: Accept all changes');
      await page.waitForSelector('.tab:has-text("(Flux: edit")', { state: 'detached' });
      await me.picture('all');
      await me.opens('app.py');
      await page.click('.editor-instance .view-line >> nth=0');
      await page.waitForSelector(`${ITEM}:not(${has('to review')})`);
      await me.undo();
      await me.shows(APP);
      assert.equal(await ofFile('closed.py'), CLOSED);
      assert((await ofFile('other.py')).includes('# unsaved'));
    });
    await step('a signature changes, its callers follow, file by file, and Flux takes all of it back', async () => {
      await api.answers(signature());
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await me.says('take how the greeting ends');
      await me.sees('file 3 of 3', '.tab');
      await inFront('app.py');
      await me.picture('signature');
      await page.keyboard.press('Control+Enter');
      await inFront('closed.py');
      await me.picture('signature-caller');
      await me.command('Flux: Accept all changes');
      await page.waitForSelector('.tab:has-text("(Flux: edit")', { state: 'detached' });
      assert((await ofFile('closed.py')).includes('greet("sun", "!")'));
      assert((await ofFile('other.py')).includes('greet("you", "") + greet("me", "")'));
      await me.picture('signature-accepted');
      await me.command('Flux: Undo the last change');
      await me.shows('greet("you") + greet("me")');
      assert.equal(await ofFile('closed.py'), CLOSED);
      assert.equal(await ofFile('app.py'), APP);
      assert((await ofFile('other.py')).includes('# unsaved'));
      await me.picture('signature-undone');
    });
  }));

// A server on this machine is asked without a key; by this name it counts as one elsewhere.
const elsewhere = (url) => ({ ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: url.replace('127.0.0.1', '127.1') });
test('a person without a key, in a folder they do not trust', { timeout: 180_000 }, (t) =>
  session(t, { name: 'first-run', files: restricted, trusted: false, env: elsewhere, key: 'typed-key' }, async ({ me, api, page, home, step }) => {
    await step('the workspace is not trusted', async () => {
      await me.sees('Restricted Mode', '.statusbar-item');
      await me.opens('app.py');
    });
    await step('the first start says what is missing, once, and shows how it works', async () => {
      await me.sees('Flux needs an Anthropic API key', '.notification-toast');
      for (const button of ['Set key', 'Use the offline rules']) await me.sees(button, '.notification-toast .monaco-button');
      await me.picture('welcome');
      await page.click('.notification-toast .monaco-button:has-text("How it works")');
      await me.sees('Give it a key', '.getting-started-step');
      await me.opens('app.py');
    });
    await step('the menu has one live action, which asks for the key and tries it', async () => {
      await me.clicksIn('def greet');
      await me.chooses('Flux: set the API key…');
      await me.says('wrong-key', '');
      await me.sees('did not accept the key from the editor’s secret storage', '.notification-toast');
      await me.picture('wrong-key');
      await page.click('.notification-toast .monaco-button:has-text("Keep it all the same")');
      await page.waitForSelector(`${ITEM}:not(:has-text("off")):not(:has-text("not ready"))`); // the server starts again with the key
      await me.quiet();
    });
    await step('a key that is not accepted is told where it came from, and asked for again', async () => {
      await me.clicksIn('def greet');
      await me.command('Flux: Explain');
      await me.sees('secret storage. Check that key, then run the action again', '.notification-toast');
      await me.sees('AUTHENTICATION', '.notification-toast');
      await page.click('.notification-toast .monaco-button:has-text("Set the API key")');
      await api.answers(rewrite(BETTER));
      await me.says('typed-key', '');
      await me.sees('off', ITEM); // the server starts again with the key
      await me.quiet();
    });
    await step('with the key from the secret storage an edit is made, and the settings of the folder are ignored', async () => {
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await me.says('politely');
      await me.shows('Say hello to `name`, politely.');
      const { headers } = (await api.requests()).at(-1);
      assert(JSON.stringify(headers).includes('typed-key'));
      assert(!readFileSync(join(home, 'user/User/settings.json'), 'utf8').includes('typed-key'));
    });
    await step('the walkthrough leads through the first steps', async () => {
      await me.command('Welcome: Open Walkthrough');
      await me.says('Get started with Flux', '');
      await me.sees('Install the server', '.getting-started-step');
      for (const done of ['Install the server', 'Give it a key', 'Make your first edit']) await page.waitForSelector(`.getting-started-step:has(.codicon-getting-started-step-checked.complete)${has(done)}`);
      await me.picture('walkthrough');
    });
  }));

// The folder brings a program of the server's name: nobody may start it before the person trusts the folder.
const brought = { ...FILES, '.venv/bin/flux-lsp': `#!/bin/sh\ntouch "$HOME/started"\nexec ${server.join(' ')} "$@"\n` };
test('a person without the server', { timeout: 120_000 }, (t) =>
  session(t, { name: 'missing', files: brought, command: [], trusted: false }, async ({ me, page, home, workspace, step }) => {
    const started = join(home, 'started');
    await step('is told how to install it; what an untrusted folder brings is not started', async () => {
      chmodSync(join(workspace, '.venv/bin/flux-lsp'), 0o755);
      await me.sees('uv tool install flux-lsp', '.notification-toast');
      await me.picture('install');
      await page.click('.notification-toast .monaco-button:has-text("Look again")');
      await me.sees('uv tool install flux-lsp', '.notification-toast');
      assert(!existsSync(started));
    });
    await step('once the folder is trusted its virtual environment is used', async () => {
      await me.command('Workspaces: Manage Workspace Trust');
      await page.click('.workspace-trust-editor .monaco-button:has-text("Trust")');
      await page.waitForSelector(`${ITEM}:not(:has-text("off"))`);
      assert(existsSync(started));
    });
  }));

const failing = { ...FILES, 'fails.sh': '#!/bin/sh\ndate +%s.%N >>"$HOME/starts"\nexit 1\n' };
test('a person whose server stops at once', { timeout: 120_000 }, (t) =>
  session(t, { name: 'failing', files: failing, command: ['/bin/sh', '-c', 'exec sh workspace/fails.sh'] }, async ({ me, home, step }) => {
    await step('is told after three tries, each of which waited longer', async () => {
      await me.sees('the server keeps stopping', '.notification-toast');
      await me.picture('stops');
      const starts = readFileSync(join(home, 'starts'), 'utf8').trim().split('\n').map(Number);
      assert.equal(starts.length, 3);
      assert(starts[1] - starts[0] >= 1 && starts[2] - starts[1] >= 2, starts.join(' '));
    });
  }));

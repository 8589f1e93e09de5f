// The story inside the real extension host, in a workspace with two roots; the extension is loaded from its folder.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { extension, here, startEditor } from './harness.mjs';

const FILES = {
  'one/app.py': '', 'one/tests/test_other.py': 'def test_nothing():\n    pass\n', 'one/pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["."]\n',
  'two/other.py': 'def greet(name):\n    return "hello " + name\n',
  'both.code-workspace': JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }] }),
};

test('in the extension host', { timeout: 240_000 }, async (t) => {
  const editor = await startEditor({ name: 'exthost', files: FILES });
  t.after(editor.close);
  const out = join(editor.home, 'results.json');
  writeFileSync(join(editor.home, 'suite.cjs'), readFileSync(join(here, 'suite.cjs'), 'utf8')
    .replaceAll('process.env.FLUX_TEST_OUT', JSON.stringify(out)).replaceAll('process.env.FLUX_TEST_ONLY', JSON.stringify(process.env.FLUX_TEST_ONLY ?? '')));
  await develop(editor, extension, join(editor.home, 'suite.cjs'));
  const address = `${editor.url}/?workspace=${encodeURIComponent(join(editor.workspace, 'both.code-workspace'))}`;
  await editor.page.goto(address, { waitUntil: 'domcontentloaded' });
  for (const end = Date.now() + 200_000; !existsSync(out) && Date.now() < end;) {
    await new Promise((done) => setTimeout(done, 100));
    if (!existsSync(`${out}.empty`)) continue;
    rmSync(`${out}.empty`); // the window opened without its workspace: a person would open it again
    await editor.page.goto('about:blank');
    await editor.page.goto(address, { waitUntil: 'domcontentloaded' });
  }
  await editor.screenshot('end');
  if (!existsSync(out)) throw new Error(`the suite did not end; see ${editor.log}`);
  for (const { name, ok, ms, error } of JSON.parse(readFileSync(out, 'utf8'))) {
    await t.test(`${name} [${ms} ms]`, () => { if (!ok) throw new Error(error); });
  }
});

/** Puts the extension under development and its suite into the page's configuration: the built editor ignores them in the address. */
async function develop({ page, url }, folder, suite) {
  const at = (path) => ({ scheme: 'vscode-remote', authority: new URL(url).host, path });
  await page.addInitScript((options) => {
    const get = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = get.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value;
      const settings = JSON.parse(value);
      return JSON.stringify({ ...settings, developmentOptions: { ...settings.developmentOptions, ...options } });
    };
  }, { extensions: [at(folder)], extensionTestsPath: at(suite) });
}

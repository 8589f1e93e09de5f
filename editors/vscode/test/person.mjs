// The packaged .vsix in a real editor, and what a person does and sees there, in words; SHOTS names a folder for pictures.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { extension, openWorkspace, startEditor } from './harness.mjs';

export const ITEM = '.statusbar-item[id="flux-lsp.flux-lsp.flux.status"]';
const MAIN = ['light-bulb', 'progress', 'diff', 'explain', 'status-bar', 'in-place']; // the pictures of the README and the guide
const vsix = join(extension, 'flux-lsp.vsix');
export const APP = `"""Greetings."""


def greet(name: str) -> str:
    """Say hello."""
    return "hello " + name


def part(name: str) -> str:
    """Say goodbye."""
    return "goodbye " + name
`;
export const GREET = APP.split('\n').slice(3, 6).join('\n') + '\n';
export const BETTER = 'def greet(name: str) -> str:\n    """Say hello to `name`, politely."""\n    return f"Hello, {name.strip()}!"\n';
export const EXPLAINED = `# greet

Builds a greeting for \`name\`.

- **Takes** any text; it is not trimmed.
- **Returns** a new string.

\`\`\`python
print(greet("Ada"))  # hello Ada
\`\`\`
`;
export const FILES = { 'app.py': APP, 'tests/test_other.py': 'def test_nothing():\n    pass\n', 'pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["."]\n' };
export const has = (words) => `:has-text(${JSON.stringify(words)})`;
export const rewrite = (code, more = {}) => ({ tool: 'rewrite_range', input: { code }, ...more });

/** What a person does and sees, in words. */
function person(editor) {
  const { page } = editor;
  const text = () => page.evaluate(() => [...document.querySelectorAll('.editor-instance .view-lines .view-line')]
    .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((line) => line.textContent.replaceAll('\u00a0', ' ')).join('\n'));
  const sees = (words, where = '') => page.waitForSelector(`${where}${has(words)}`, { timeout: 20_000 });
  return {
    text, sees,
    shows: async (words) => { for (let tries = 0; !(await text()).includes(words); tries++) { assert(tries < 200, `the editor shows ${words}:\n${await text()}`); await page.waitForTimeout(50); } },
    opens: async (name) => {
      await page.dblclick(`.explorer-folders-view .monaco-list-row${has(name)}`);
      await page.waitForSelector(`.tab.active${has(name)}`);
      await page.waitForSelector(`${ITEM}:not(:has-text("off"))`, { timeout: 30_000 });
    },
    clicksIn: (line) => page.click(`.editor-instance .view-line${has(line)}`),
    command: async (name) => {
      await page.keyboard.press('F1');
      await page.waitForSelector('.quick-input-widget input');
      await page.keyboard.insertText(name);
      await page.waitForSelector(`.quick-input-list .monaco-list-row.focused${has(name)}`);
      await page.keyboard.press('Enter');
    },
    says: async (words, asked = 'What should change?') => {
      await page.waitForSelector(`.quick-input-widget:not([style*="display: none"]) input${asked && `[placeholder^=${JSON.stringify(asked)}]`}`);
      await page.keyboard.insertText(words);
      await page.waitForTimeout(150);
      await page.keyboard.press('Enter');
    },
    chooses: async (title) => {
      const entry = `.action-widget .monaco-list-row.action${has(title)}`;
      for (let tries = 0; !(await page.isVisible(entry)); tries++) { // a late answer of the language closes the menu again
        assert(tries < 10, `the menu has “${title}”`);
        await page.keyboard.press('Control+.');
        await page.waitForSelector(entry, { timeout: 3000 }).catch(() => undefined);
      }
      await page.click(entry);
    },
    hint: async (words) => page.waitForFunction((said) => [...document.querySelectorAll('.monaco-diff-editor .view-line span')] // it is no text of the page
      .some((one) => getComputedStyle(one, '::after').content.replaceAll('\u00a0', ' ').includes(said)), words),
    undo: () => page.keyboard.press('Control+z'),
    quiet: async () => { for (const button of await page.$$('.notification-toast .codicon-notifications-clear')) await button.click().catch(() => undefined); },
    picture: async (moment) => {
      await editor.screenshot(moment);
      if (!process.env.SHOTS || !MAIN.includes(moment)) return;
      mkdirSync(process.env.SHOTS, { recursive: true });
      await page.waitForTimeout(400); // let animations end
      await page.screenshot({ path: join(process.env.SHOTS, `vscode-${moment}.png`) });
    },
    view: (content) => page.frameLocator('iframe.webview').frameLocator('#active-frame').locator(content).waitFor({ timeout: 20_000 }),
  };
}

/** A test with its editor, which leaves a picture behind when it fails. */
export async function session(t, options, story) {
  const editor = await startEditor({ vsix, files: FILES, viewport: { width: 1300, height: 560 }, ...options });
  t.after(editor.close);
  await openWorkspace(editor);
  const me = person(editor);
  let broken;
  const step = (name, run) => t.test(name, async (one) => {
    if (broken) return one.skip(`not reached: “${broken}” failed`);
    try { await run(); } catch (error) { broken = name; await editor.screenshot('failed'); throw error; }
  });
  await story({ ...editor, me, step });
}

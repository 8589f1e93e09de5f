// What a person meets in the first hour beside edits: an installation, a model that only talks, a busy one, the report.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { server } from './harness.mjs';
import { BETTER, FILES, has, ITEM, rewrite, session } from './person.mjs';

const button = (words) => `.notification-toast .monaco-button${has(words)}`;

test('a person without the server installs it with one click', { timeout: 180_000 }, (t) => {
  // A pipx that makes what the real one makes: a program in ~/.local/bin. The login of the shell sets PATH.
  const pipx = `#!/bin/sh
[ "$1 $2" = "install --force" ] || exit 2
mkdir -p "$HOME/.local/bin"
printf '#!/bin/sh\\nexec ${server.join(' ')} "$@"\\n' >"$HOME/.local/bin/flux-lsp"
chmod +x "$HOME/.local/bin/flux-lsp"
`;
  const files = { ...FILES, '../bin/pipx': pipx, '../.profile': 'chmod +x "$HOME/bin/pipx"; PATH=$HOME/bin:$PATH\n' };
  return session(t, { name: 'install', command: [], files }, async ({ me, api, page, home, step }) => {
    await step('is asked, and clicks', async () => {
      await page.waitForSelector(button('Install the server'), { timeout: 30_000 });
      await me.picture('asked');
      await page.click(button('Install the server'));
      await page.waitForSelector(`${ITEM}:not(:has-text("off"))`, { timeout: 60_000 });
      assert(existsSync(join(home, '.local/bin/flux-lsp')));
      await me.picture('installed');
    });
    await step('and edits', async () => {
      await api.answers(rewrite(BETTER));
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await me.says('politely');
      await me.shows('Say hello to `name`, politely.');
    });
  });
});

test('a model that only talks, the report and the settings', { timeout: 180_000 }, (t) =>
  session(t, { name: 'first-hour', settings: { 'flux.deadlineSeconds': 8 } }, async ({ me, api, page, step }) => {
    await step('words in place of an edit are shown by “Show the answer”', async () => {
      await api.answers({ text: 'It is **polite** already; what should change?' });
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await me.says('politely');
      await page.waitForSelector(button('Show the answer'), { timeout: 20_000 });
      await me.picture('talks');
      await page.click(button('Show the answer'));
      await me.view('strong:text("polite")');
      await me.picture('answer');
      await me.command('View: Close Editors in Other Groups');
      await me.quiet();
    });
    await step('a busy model counts down, and the other one is a click away', async () => {
      await api.answers({ status: 529, message: 'Overloaded' });
      await me.opens('app.py');
      await me.clicksIn('def greet');
      await me.command('Flux: Edit');
      await page.click('.quick-input-titlebar .codicon-server-process');
      await page.click('.quick-input-titlebar .codicon-server-process'); // Sonnet and no other
      await me.sees('Sonnet', '.quick-input-title');
      await me.says('politely');
      await me.sees('waiting', '.notification-toast');
      await me.picture('waits');
      await page.waitForSelector('.notification-toast .monaco-button:has-text("Ask haiku")', { timeout: 30_000 });
      await me.picture('busy');
      await api.answers(rewrite(BETTER));
      await page.click('.notification-toast .monaco-button:has-text("Ask haiku")');
      await me.shows('Say hello to `name`, politely.');
      await me.undo();
    });
    await step('the report has its charts, in the colours of the theme', async () => {
      const frame = () => page.frameLocator('iframe.webview').frameLocator('#active-frame');
      const ground = () => frame().locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
      const theme = () => page.evaluate(() => getComputedStyle(document.querySelector('.monaco-editor-background')).backgroundColor);
      await me.command('Flux: Report');
      await frame().locator('.chart canvas').first().waitFor({ timeout: 20_000 });
      await me.picture('report');
      const before = await ground();
      await me.command('Preferences: Toggle between Light/Dark Themes');
      for (let tries = 0; (await ground()) === before; tries++) { assert(tries < 100, 'the report follows the theme'); await page.waitForTimeout(50); }
      await me.picture('report-other-theme');
      await me.opens('app.py');
      const shown = await theme();
      assert.notEqual(before, shown);
      await me.command('Preferences: Toggle between Light/Dark Themes');
    });
    await step('the settings page has an editor for each setting', async () => {
      await me.command('Preferences: Open Settings (UI)');
      await page.waitForSelector('.settings-editor .suggest-input-container .monaco-editor');
      await page.keyboard.insertText('@ext:flux-lsp.flux-lsp budget');
      await page.waitForSelector('.settings-editor .setting-item-number');
      assert(!(await page.isVisible('.settings-editor .edit-in-settings-button')), 'none sends a person to settings.json');
      await me.picture('settings');
    });
  }));

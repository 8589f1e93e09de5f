// A real VS Code on loopback with our extension, a workspace of its own and the fake Messages API; nothing leaves the machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const here = dirname(fileURLToPath(import.meta.url));
export const extension = resolve(here, '..');
export const project = resolve(extension, '../..');
const editors = process.env.EDITORS ?? join(project, '.cache/editors');
const python = process.env.PYTHON ?? join(project, '.venv/bin/python');
export const server = process.env.SERVER?.split(' ') ?? [python, '-m', 'flux_lsp'];
const kept = join(here, '.run'); // logs and pictures of the last run

const QUIET = {
  'chat.commandCenter.enabled': false, 'chat.disableAIFeatures': true, 'editor.lightbulb.enabled': 'on', 'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false, 'extensions.ignoreRecommendations': true, 'files.simpleDialog.enable': true, 'telemetry.telemetryLevel': 'off',
  'update.mode': 'none', 'window.menuBarVisibility': 'classic', 'workbench.enableExperiments': false, 'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden', 'workbench.tips.enabled': false, 'git.enabled': false, 'git.openRepositoryInParentFolders': 'never',
};

/** A VS Code with `files` in its workspace; `trusted: false` leaves the question of trust open. `name` is that of its log and pictures; `key` the only one that the API takes. */
export async function startEditor({ name, files, settings = {}, command = server, script = [], vsix, env = () => ({}), key, trusted = true, viewport = { width: 1280, height: 800 } }) {
  const home = mkdtempSync(join(tmpdir(), 'flux-vscode-'));
  const closers = [() => rmSync(home, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => { for (const one of closers.reverse()) await one(); };
  try {
    const workspace = join(home, 'workspace');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    const person = { ...QUIET, 'security.workspace.trust.enabled': !trusted, ...settings };
    const machine = { 'flux.server.command': command }; // what names programs counts only in the machine's own settings
    for (const [who, values] of Object.entries({ User: person, Machine: machine })) {
      mkdirSync(join(home, 'user', who), { recursive: true });
      writeFileSync(join(home, 'user', who, 'settings.json'), JSON.stringify(values));
    }
    const api = await startApi(home, script, key, closers);
    const child = {
      ...clean(process.env), HOME: home, PATH: `${editors}/node/bin:${process.env.PATH}`, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data`,
      XDG_CACHE_HOME: `${home}/cache`, FLUX_DATA_DIR: `${home}/flux`, ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: 'test-key', FLUX_PROVIDER: 'anthropic', ...env(api.url),
    };
    const log = join(kept, `${name}.log`);
    const url = await startCode({ home, workspace, vsix, env: child, trusted, log }, closers);
    const { page, context } = await startBrowser(viewport, closers);
    const screenshot = (moment) => page.screenshot({ path: join(kept, `${name}-${moment}.png`) });
    return { page, context, api, url, workspace, home, log, screenshot, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the workspace in the page and waits for the workbench. */
export async function openWorkspace({ page, url, workspace }) {
  await page.goto(`${url}/?folder=${encodeURIComponent(workspace)}`, { waitUntil: 'domcontentloaded' });
  await page.waitForSelector('.monaco-workbench .explorer-folders-view .monaco-list-row', { timeout: 60_000 });
}

function clean(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(FLUX_|ANTHROPIC_|VSCODE_|NODE_)/.test(name)));
}

async function startApi(home, script, key, closers) {
  const file = join(home, 'script.json');
  writeFileSync(file, JSON.stringify(script.length ? script : [{ text: 'nothing scripted' }]));
  const fake = spawn(python, ['-m', 'tests.fakes.messages_api', '--script', file, ...(key ? ['--key', key] : [])], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  closers.push(() => stop(fake));
  const url = String((await once(fake.stdout, 'data'))[0]).trim();
  const headers = key ? { 'x-api-key': key } : {};
  const post = async (path, body) => {
    const answer = await fetch(`${url}/_fake/${path}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    url,
    answers: (...entries) => post('script', entries),
    release: (gate) => post(`release/${gate}`),
    requests: async () => (await fetch(`${url}/_fake/requests`, { headers })).json(),
  };
}

async function startCode({ home, workspace, vsix, env, trusted, log }, closers) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  closers.push(() => closeSync(output));
  const program = join(editors, 'code-server/node_modules/.bin/code-server');
  const folders = ['--user-data-dir', `${home}/user`, '--extensions-dir', `${home}/extensions`, '--disable-telemetry', '--disable-update-check'];
  if (vsix) await once(spawn(program, [...folders, '--install-extension', vsix], { env, stdio: 'ignore' }), 'exit');
  const port = await freePort();
  const options = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-getting-started-override', '--disable-proxy'];
  if (trusted) options.push('--disable-workspace-trust');
  const code = spawn(program, [...folders, ...options, workspace], { env, stdio: ['ignore', output, output], detached: true });
  closers.push(() => stop(code, true));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false)) return url;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('code-server did not start');
}

async function startBrowser(viewport, closers) {
  const browser = await chromium.launch({
    executablePath: join(editors, 'bin/chromium'), headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  closers.push(() => browser.close());
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  await context.route((url) => url.hostname !== '127.0.0.1' && url.hostname !== 'localhost' && !url.hostname.endsWith('.127.0.0.1') && url.protocol.startsWith('http'), (route) => route.abort());
  return { context, page: await context.newPage() };
}

async function stop(child, group = false) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(group ? -child.pid : child.pid, 'SIGTERM');
  const slow = setTimeout(() => process.kill(group ? -child.pid : child.pid, 'SIGKILL'), 5000);
  await ended;
  clearTimeout(slow);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

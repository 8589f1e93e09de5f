// Where the server's program is: looked for in places a person would install it to; never inside an untrusted workspace.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { workspace } from 'vscode';

export interface Program { command: string; args: string[]; from: string }

const windows = process.platform === 'win32';
const name = windows ? 'flux-lsp.exe' : 'flux-lsp';
const scripts = windows ? 'Scripts' : 'bin';

/** The program to start, or undefined when it is nowhere; `from` says which rule found it. */
export function findServer(): Program | undefined {
  const [command, ...args] = workspace.getConfiguration('flux').get<string[]>('server.command') ?? [];
  if (command) return { command, args, from: 'the setting flux.server.command' };
  for (const [folder, from] of places()) {
    const file = join(folder, name);
    if (isAbsolute(folder) && runs(file)) return { command: file, args: [], from };
  }
  return undefined;
}

function* places(): Generator<[folder: string, from: string]> {
  const env = process.env;
  const home = homedir();
  if (workspace.isTrusted) {
    for (const folder of workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      for (const venv of ['.venv', 'venv']) yield [join(folder.uri.fsPath, venv, scripts), `${venv} of ${folder.name}`];
    }
  }
  if (env['VIRTUAL_ENV']) yield [join(env['VIRTUAL_ENV'], scripts), 'VIRTUAL_ENV'];
  for (const folder of (env['PATH'] ?? '').split(delimiter)) yield [folder, 'PATH'];
  yield [join(home, '.local', 'bin'), 'the user’s programs'];
  if (env['PIPX_BIN_DIR']) yield [env['PIPX_BIN_DIR'], 'pipx'];
  const pipx = env['PIPX_HOME'] ? [env['PIPX_HOME']] : [join(home, '.local', 'share', 'pipx'), join(home, '.local', 'pipx'), join(home, 'pipx')];
  for (const folder of pipx) yield [join(folder, 'venvs', 'flux-lsp', scripts), 'pipx'];
  if (env['UV_TOOL_BIN_DIR']) yield [env['UV_TOOL_BIN_DIR'], 'uv tool'];
  const uv = env['UV_TOOL_DIR'] ?? join(windows ? (env['APPDATA'] ?? home) : join(home, '.local', 'share'), 'uv', 'tools');
  yield [join(uv, 'flux-lsp', scripts), 'uv tool'];
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

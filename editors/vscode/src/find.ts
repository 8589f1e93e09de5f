// Where the server's program is: looked for in places a person would install it to; never inside an untrusted workspace.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { workspace } from 'vscode';
import { ownPrograms } from './install';

export interface Program { command: string; args: string[]; from: string }

const [scripts, name] = process.platform === 'win32' ? ['Scripts', 'flux-lsp.exe'] : ['bin', 'flux-lsp'];

/** The program to start, or undefined when it is nowhere; `from` says which rule found it. */
export function findServer(): Program | undefined {
  const [command, ...args] = workspace.getConfiguration('flux').get<string[]>('server.command') ?? [];
  if (command) return { command, args, from: 'the setting flux.server.command' };
  const found = places().find(([folder]) => folder && isAbsolute(folder) && existsSync(join(folder, name)));
  return found && { command: join(found[0], name), args: [], from: found[1] };
}

/** Folders in the order they are looked into, each with its name for the log; pipx and uv put programs into the last ones. */
function places(): [folder: string, from: string][] {
  const { VIRTUAL_ENV: venv, PATH: path, PIPX_BIN_DIR: pipx, UV_TOOL_BIN_DIR: uv, XDG_BIN_HOME: xdg } = process.env;
  const trusted = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
  return [
    ...trusted.filter(({ uri }) => uri.scheme === 'file').flatMap(({ uri, name }) =>
      ['.venv', 'venv'].map((folder): [string, string] => [join(uri.fsPath, folder, scripts), `${folder} of ${name}`])),
    [venv ? join(venv, scripts) : '', 'VIRTUAL_ENV'],
    ...(path ?? '').split(delimiter).map((folder): [string, string] => [folder, 'PATH']),
    [pipx ?? '', 'PIPX_BIN_DIR'],
    [uv ?? xdg ?? '', 'uv tool'],
    [join(homedir(), '.local', 'bin'), 'pipx or uv tool'],
    [ownPrograms(), 'the extension’s own environment'],
  ];
}

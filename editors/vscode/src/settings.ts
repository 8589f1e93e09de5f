// What the person set, as raw values under the server's names; never a default, a type or a name of a setting.
import { workspace, type WorkspaceConfiguration } from 'vscode';

type Inspection = ReturnType<WorkspaceConfiguration['inspect']>;

/** The values under `flux` that stand in a settings file; those of an untrusted workspace are left out. */
export const readExplicitSettings = (): object => readSettings((inspection) => {
  const local = workspace.isTrusted ? (inspection?.workspaceFolderValue ?? inspection?.workspaceValue) : undefined;
  return local ?? inspection?.globalValue;
});

/** Only what the person has set for themselves, which the server believes in any workspace. */
export const readUserSettings = (): object => ({ flux: readSettings((inspection) => inspection?.globalValue) });

function readSettings(pick: (inspection: Inspection) => unknown): object {
  const config = workspace.getConfiguration();
  const { server: _server, editor: _editor, ...tree } = config.get<Record<string, unknown>>('flux') ?? {};
  return readExplicit(config, 'flux', tree, pick) as object;
}

/** The value that was set at `path`, which may be a tree; what was not set is left undefined. */
function readExplicit(config: WorkspaceConfiguration, path: string, value: unknown, pick: (inspection: Inspection) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return emptyIsUnset(pick(config.inspect(path)));
  const tree: Record<string, unknown> = {};
  // The server's own names, which have underscores, go on working; the editor's win over them.
  const keys = Object.keys(value).sort((a, b) => Number(b.includes('_')) - Number(a.includes('_')));
  for (const key of keys) {
    const inner = readExplicit(config, `${path}.${key}`, (value as Record<string, unknown>)[key], pick);
    if (inner !== undefined) tree[toServerName(key)] = inner;
  }
  return tree;
}

const emptyIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);

const toServerName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The name of a setting of the server's in this editor. */
export const toEditorName = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What the server is told at the start. */
export const initializationOptions = (): object => ({ settings: { flux: readExplicitSettings() }, userSettings: readUserSettings(), workspaceTrusted: workspace.isTrusted });

/** The same for a command line that looks at the workspace as the server does. */
export function describeWorkspace(): string[] {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return ['--editor', JSON.stringify(initializationOptions()), ...(folder?.scheme === 'file' ? ['--workspace', folder.fsPath] : [])];
}

// What the person set, as raw values for the server; never a default, a type or a name of a setting.
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
  const { server: _ours, ...tree } = config.get<Record<string, unknown>>('flux') ?? {};
  return readExplicit(config, 'flux', tree, pick) as object;
}

/** The value that was set at `path`, which may be a tree; what was not set is left undefined. */
function readExplicit(config: WorkspaceConfiguration, path: string, value: unknown, pick: (inspection: Inspection) => unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readExplicit(config, `${path}.${key}`, inner, pick)]));
  }
  return pick(config.inspect(path));
}

/** What the server is told at the start. */
export const initializationOptions = (): object => ({ settings: { flux: readExplicitSettings() }, userSettings: readUserSettings(), workspaceTrusted: workspace.isTrusted });

/** The same for a command line that looks at the workspace as the server does. */
export function describeWorkspace(): string[] {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return ['--editor', JSON.stringify(initializationOptions()), ...(folder?.scheme === 'file' ? ['--workspace', folder.fsPath] : [])];
}

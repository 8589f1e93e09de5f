// What the person set, as raw values for the server; never a default, a type or a name of a setting.
import { workspace, type WorkspaceConfiguration } from 'vscode';

type Seen = ReturnType<WorkspaceConfiguration['inspect']>;

/** The values under `flux` that stand in a settings file; those of an untrusted workspace are left out. */
export const explicitSettings = (): object => settings((seen) => {
  const local = workspace.isTrusted ? (seen?.workspaceFolderValue ?? seen?.workspaceValue) : undefined;
  return local ?? seen?.globalValue;
});

/** Only what the person has set for themselves, which the server believes in any workspace. */
export const userSettings = (): object => ({ flux: settings((seen) => seen?.globalValue) });

function settings(pick: (seen: Seen) => unknown): object {
  const config = workspace.getConfiguration();
  const { server: _ours, ...tree } = config.get<Record<string, unknown>>('flux') ?? {};
  return explicit(config, 'flux', tree, pick) as object;
}

/** The value that was set at `path`, which may be a tree; what was not set is left undefined. */
function explicit(config: WorkspaceConfiguration, path: string, value: unknown, pick: (seen: Seen) => unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, explicit(config, `${path}.${key}`, inner, pick)]));
  }
  return pick(config.inspect(path));
}

/** What the server is told at the start. */
export const fromEditor = (): object => ({ settings: { flux: explicitSettings() }, userSettings: userSettings(), workspaceTrusted: workspace.isTrusted });

/** The same for a command line that looks at the workspace as the server does. */
export function asSeenHere(): string[] {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return ['--editor', JSON.stringify(fromEditor()), ...(folder?.scheme === 'file' ? ['--workspace', folder.fsPath] : [])];
}

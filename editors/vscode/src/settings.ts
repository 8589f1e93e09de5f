// What the person set, as raw values for the server; never a default, a type or a name of a setting.
import { workspace, type Uri } from 'vscode';

type Tree = Record<string, unknown>;
const EDITOR_ONLY = 'server'; // `flux.server.*` is this extension's own

/** The values under `flux` that stand in a settings file; those of an untrusted workspace are left out. */
export function explicitSettings(scope?: Uri): Tree {
  const config = workspace.getConfiguration(undefined, scope ?? null);
  const found: Tree = {};
  for (const path of leaves(config.get<Tree>('flux') ?? {})) {
    const seen = config.inspect(['flux', ...path].join('.'));
    const local = workspace.isTrusted ? (seen?.workspaceFolderValue ?? seen?.workspaceValue) : undefined;
    const value = local ?? seen?.globalValue;
    if (value !== undefined && path[0] !== EDITOR_ONLY) put(found, path, value);
  }
  return found;
}

function leaves(tree: Tree, above: string[] = []): string[][] {
  return Object.entries(tree).flatMap(([key, value]) => (isTree(value) ? leaves(value, [...above, key]) : [[...above, key]]));
}

function put(tree: Tree, [key, ...rest]: string[], value: unknown): void {
  if (key === undefined) return;
  if (rest.length) put((tree[key] ??= {}) as Tree, rest, value);
  else tree[key] = value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

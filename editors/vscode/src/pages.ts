// Read-only text pages: what the server's command line printed, and what would be sent; nothing is written to disk.
import { EventEmitter, Uri, window, workspace, type Disposable } from 'vscode';

const SCHEME = 'flux-page';
const texts = new Map<string, string>();
const changed = new EventEmitter<Uri>();

export const pages: Disposable = workspace.registerTextDocumentContentProvider(SCHEME, {
  onDidChange: changed.event,
  provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
});

/** Show `text` under `name`, whose extension says its language; a page of that name is replaced. */
export async function showPage(name: string, text: string): Promise<void> {
  await window.showTextDocument(keepPage(name, text), { preview: false });
}

/** The address at which `text` can be shown. */
export function keepPage(name: string, text: string): Uri {
  const uri = Uri.from({ scheme: SCHEME, path: `/${name}` });
  texts.set(uri.toString(), text);
  changed.fire(uri);
  return uri;
}

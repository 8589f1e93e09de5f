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
  const uri = Uri.from({ scheme: SCHEME, path: `/${name}` });
  texts.set(uri.toString(), text);
  changed.fire(uri);
  await window.showTextDocument(uri, { preview: false });
}

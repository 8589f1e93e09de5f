// The status bar item and its menu: what is going on, with which model, for how much; asks the server and shows, no more.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands, MarkdownString, StatusBarAlignment, ThemeColor, ViewColumn, window, type Disposable } from 'vscode';
import type { Status } from './protocol';
import type { Server } from './server';

export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem('flux.status', StatusBarAlignment.Right, 90);
  private timer: NodeJS.Timeout | undefined;
  private status: Status | undefined;

  /** `welcome` gets each answer of the server. */
  constructor(private readonly server: Server, private readonly welcome: (status: Status) => void) {
    Object.assign(this.item, { name: 'Flux', command: 'flux.menu' });
    this.showStopped();
    this.item.show();
  }

  /** Something happened that the item may show; several at once cost one question. */
  scheduleRefresh(): void {
    this.timer ??= setTimeout(() => void this.refresh(), 50);
  }

  showStopped(): void {
    this.status = undefined;
    this.item.text = '$(sparkle) Flux: off';
    this.item.tooltip = 'The Flux server is not running';
    this.item.backgroundColor = undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
  }

  async menu(): Promise<void> {
    const { running = [], proposals = [], why_not: whyNot } = this.status ?? {};
    const items = [
      ...proposals.map(({ run, action, open }) => ({ label: `$(diff) Review ${action}`, description: `${open} to decide`, command: 'flux.review.show', argument: run })),
      ...running.map(({ run, title, state }) => ({ label: `$(debug-stop) Cancel ${title}`, description: state, command: 'flux.cancel', argument: { run } })),
      { label: '$(graph) Usage', description: 'what was spent, by day', command: 'flux.usage' },
      { label: '$(pulse) Doctor', description: 'configuration in effect and where it comes from', command: 'flux.doctor' },
      { label: '$(file-media) Report', description: 'the same as a page with charts', command: 'flux.report' },
      { label: '$(key) Set the API key', command: 'flux.setKey' },
      { label: '$(gear) Settings', command: 'workbench.action.openSettings', argument: '@ext:flux-lsp.flux-lsp' },
      { label: '$(output) Show the log', command: 'flux.log' },
      { label: '$(debug-restart) Restart the server', command: 'flux.restart' },
    ];
    const chosen = await window.showQuickPick(items, { title: 'Flux', placeHolder: whyNot ?? this.status?.line ?? 'The server is not running' });
    if (chosen) await commands.executeCommand(chosen.command, ...('argument' in chosen ? [chosen.argument] : []));
  }

  /** The page with charts; it is written into `folder`. */
  async report(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'report.html');
    await this.server.cli('report', file);
    const panel = window.createWebviewPanel('flux.report', 'Flux: report', ViewColumn.Active, { enableScripts: true, localResourceRoots: [] });
    panel.webview.html = await readFile(file, 'utf8');
  }

  private async refresh(): Promise<void> {
    this.timer = undefined;
    try {
      this.status = await this.server.command<Status>('flux.status');
    } catch (error) {
      this.server.log.warn(`no status: ${String(error)}`);
      return this.showStopped();
    }
    this.welcome(this.status);
    const { running, proposals, line, details, why_not: whyNot } = this.status;
    const sign = whyNot ? 'warning' : running.length ? 'sync~spin' : proposals.length ? 'diff' : 'sparkle';
    this.item.text = `$(${sign}) Flux ${line}`;
    this.item.tooltip = new MarkdownString(details);
    this.item.backgroundColor = whyNot ? new ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

// The status bar item and its menu: what is going on, with which model, for how much; asks the server and shows, no more.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands, MarkdownString, StatusBarAlignment, ThemeColor, ViewColumn, window, type Disposable, type ExtensionContext } from 'vscode';
import type { Outcome, Status } from './protocol';
import type { Server } from './server';

const short = (model: string | null): string => (model ?? '').replace(/^claude-/, '');
const money = (usd: number | null | undefined): string => (usd === null || usd === undefined ? '' : `$${usd.toFixed(2)}`);

export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem('flux.status', StatusBarAlignment.Right, 90);
  private timer: NodeJS.Timeout | undefined;
  private status: Status | undefined;

  constructor(private readonly context: ExtensionContext, private readonly server: Server, private readonly last: () => Outcome | undefined) {
    Object.assign(this.item, { name: 'Flux', command: 'flux.menu' });
    this.stopped();
    this.item.show();
  }

  /** Something happened that the item may show; several at once cost one question. */
  changed(): void {
    this.timer ??= setTimeout(() => void this.refresh(), 50);
  }

  stopped(): void {
    this.status = undefined;
    this.item.text = '$(sparkle) Flux: off';
    this.item.tooltip = 'The Flux server is not running';
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
  }

  async menu(): Promise<void> {
    const running = this.status?.running ?? [];
    const items = [
      ...running.map(({ run, action, state }) => ({ label: `$(debug-stop) Cancel ${action}`, description: state, command: 'flux.cancel', argument: [{ run }] })),
      { label: '$(graph) Usage', description: 'what was spent, by day', command: 'flux.usage' },
      { label: '$(pulse) Doctor', description: 'configuration in effect and where it comes from', command: 'flux.doctor' },
      { label: '$(file-media) Report', description: 'the same as a page with charts', command: 'flux.report' },
      { label: '$(key) Set the API key', command: 'flux.setKey' },
      { label: '$(gear) Settings', command: 'workbench.action.openSettings', argument: ['@ext:flux-lsp.flux-lsp'] },
      { label: '$(output) Show the log', command: 'flux.log' },
      { label: '$(debug-restart) Restart the server', command: 'flux.restart' },
    ];
    const chosen = await window.showQuickPick(items, { title: 'Flux', placeHolder: this.status?.why_not || this.item.text.replace(/\$\([^)]*\) ?/g, '') });
    if (chosen) await commands.executeCommand(chosen.command, ...('argument' in chosen ? (chosen.argument ?? []) : []));
  }

  async report(): Promise<void> {
    const folder = this.context.globalStorageUri.fsPath;
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'report.html');
    await this.server.cli('report', file);
    const panel = window.createWebviewPanel('flux.report', 'Flux: report', ViewColumn.Active, { enableScripts: false, localResourceRoots: [] });
    panel.webview.html = await readFile(file, 'utf8');
  }

  private async refresh(): Promise<void> {
    this.timer = undefined;
    try {
      this.status = await this.server.command<Status>('flux.status');
    } catch (error) {
      this.server.log.warn(`no status: ${String(error)}`);
      return this.stopped();
    }
    const { running, models, spent, budget, why_not } = this.status;
    const used = this.last()?.model;
    const model = (used ? [used] : Object.values(models).map((tier) => tier.model)).map(short).filter(Boolean).join(' | ');
    const cost = [money(spent.day_usd), money(budget.per_day_usd)].filter(Boolean).join(' of ');
    const sign = why_not ? '$(warning)' : running.length ? '$(sync~spin)' : '$(sparkle)';
    const busy = running.length ? `${running.length} running` : '';
    this.item.text = `${sign} Flux ${[busy, why_not ? 'not ready' : model, cost].filter(Boolean).join(' · ')}`;
    this.item.tooltip = tooltip(this.status, cost);
    this.item.backgroundColor = why_not ? new ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

function tooltip({ running, models, spent, why_not }: Status, cost: string): MarkdownString {
  const tiers = Object.entries(models).map(([tier, { model, reason }]) => `**${tier}**: ${model ?? 'none'} (${reason})`);
  const busy = running.map(({ action, state }) => `running: ${action} (${state})`);
  return new MarkdownString([why_not, ...tiers, cost && `today: ${cost}`, spent.error, ...busy].filter(Boolean).join('\n\n'));
}

// An explanation as rendered Markdown beside the code, while it is being written; never runs anything found in the text.
import { randomBytes } from 'node:crypto';
import { commands, env, ViewColumn, window, workspace, type Disposable, type TextEditor, type WebviewPanel } from 'vscode';
import type { Outcome } from './protocol';

const REDRAW = 80; // milliseconds between two drawings while text streams in

export class Explanation implements Disposable {
  private panel: WebviewPanel | undefined;
  private run: string | undefined;
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private code: TextEditor | undefined; // where “insert” puts a code block

  /** `page` is the empty page that explanations are drawn into. */
  constructor(private readonly page: string) {}

  begin(run: string): void {
    this.run = run;
    this.text = '';
    this.code = window.activeTextEditor ?? this.code;
  }

  delta(run: string, text: string): void {
    if (run !== this.run) return;
    this.text += text;
    this.timer ??= setTimeout(() => void this.draw(), REDRAW);
  }

  finish(outcome: Outcome): void {
    if (outcome.run !== this.run || outcome.text === undefined) return;
    this.text = outcome.text;
    const cost = outcome.usd ? ` · ${outcome.usd < 0.0001 ? '<$0.0001' : `$${outcome.usd.toFixed(4)}`}` : '';
    void this.draw(`Flux: ${outcome.title ?? 'explanation'}`, `${outcome.model ?? ''}${cost}`);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
  }

  private async draw(title?: string, footer = ''): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const run = this.run;
    const text = this.text;
    const html = await commands.executeCommand<string>('markdown.api.render', text);
    if (run !== this.run || text.length < this.text.length) return; // a newer drawing is on its way
    const panel = (this.panel ??= this.makePanel());
    if (title) panel.title = title;
    await panel.webview.postMessage({ html, footer });
  }

  private makePanel(): WebviewPanel {
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const panel = window.createWebviewPanel('flux.explanation', 'Flux: explaining…', { viewColumn: ViewColumn.Beside, preserveFocus: true }, options);
    panel.onDidDispose(() => { this.panel = undefined; });
    panel.webview.onDidReceiveMessage((message: { copy?: string; insert?: string; open?: string }) => void this.use(message));
    panel.webview.html = this.page.replaceAll('NONCE', randomBytes(16).toString('hex'));
    return panel;
  }

  /** A button of a code block was pressed. */
  private async use({ copy, insert, open }: { copy?: string; insert?: string; open?: string }): Promise<void> {
    if (copy !== undefined) await env.clipboard.writeText(copy);
    if (open !== undefined) await window.showTextDocument(await workspace.openTextDocument({ content: open }), ViewColumn.One);
    if (insert === undefined || !this.code) return;
    const editor = await window.showTextDocument(this.code.document, this.code.viewColumn ?? ViewColumn.One);
    await editor.edit((edit) => edit.replace(editor.selection, insert));
  }
}

// An answer in words, such as an explanation, as rendered Markdown beside the code, while it is being written; never runs anything found in the text.
import { randomBytes } from 'node:crypto';
import { commands, env, ViewColumn, window, workspace, type Disposable, type TextEditor, type WebviewPanel } from 'vscode';
import type { Outcome } from './protocol';

interface Message { copy?: string; insert?: string; open?: string; ask?: string }

export class Explanation implements Disposable {
  private panel: WebviewPanel | undefined;
  private run: string | undefined;
  private text = '';
  private above = ''; // what was asked and answered before
  private footer = '';
  private title = '';
  private drawing = false;
  private code: TextEditor | undefined; // where “insert” puts a code block

  /** `page` is the empty page that explanations are drawn into. */
  constructor(private readonly page: string) {}

  /** `further` are words that follow on what the page shows. */
  begin(run: string, title: string, further?: string): void {
    const above = further ? `${this.above}${this.text}\n\n---\n\n> ${further.replaceAll('\n', '\n> ')}\n\n` : '';
    Object.assign(this, { run, above, text: '', footer: '', title: `Flux: ${title}…` });
    this.code = window.activeTextEditor ?? this.code;
  }

  delta(run: string, text: string): void {
    if (run !== this.run) return;
    this.text += text;
    void this.draw();
  }

  async finish({ run, text, title, by = '' }: Outcome): Promise<void> {
    if (run !== this.run || text === undefined) return;
    Object.assign(this, { text, footer: by });
    this.title = `Flux: ${title}`;
    await this.draw();
    if (this.panel) this.panel.title = this.title;
  }

  dispose(): void {
    this.panel?.dispose();
  }

  /** Draws what there is; what comes while it does so is drawn at once afterwards. */
  private async draw(): Promise<void> {
    if (this.drawing) return;
    this.drawing = true;
    try {
      for (let drawn; drawn !== this.above + this.text + this.footer && this.run;) {
        drawn = this.above + this.text + this.footer;
        const html = await commands.executeCommand<string>('markdown.api.render', this.above + this.text);
        this.panel ??= this.makePanel();
        this.panel.title = this.title;
        await this.panel.webview.postMessage({ html, footer: this.footer });
      }
    } finally {
      this.drawing = false;
    }
  }

  private makePanel(): WebviewPanel {
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const panel = window.createWebviewPanel('flux.explanation', this.title, { viewColumn: ViewColumn.Beside, preserveFocus: true }, options);
    panel.onDidDispose(() => { this.panel = this.run = undefined; }); // who closes it wants no more of it
    panel.webview.onDidReceiveMessage((message: Message) => void this.use(message));
    panel.webview.html = this.page.replaceAll('NONCE', randomBytes(16).toString('hex'));
    return panel;
  }

  /** A button of a code block was pressed, or something further is asked. */
  private async use({ copy, insert, open, ask }: Message): Promise<void> {
    if (ask && this.run) await commands.executeCommand('flux.continue', { run: this.run, instruction: ask });
    if (copy !== undefined) await env.clipboard.writeText(copy);
    if (open !== undefined) await window.showTextDocument(await workspace.openTextDocument({ content: open }), ViewColumn.One);
    if (insert === undefined || !this.code) return;
    const editor = await window.showTextDocument(this.code.document, this.code.viewColumn ?? ViewColumn.One);
    await editor.edit((edit) => edit.replace(editor.selection, insert));
  }
}

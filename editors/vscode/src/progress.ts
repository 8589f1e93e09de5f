// What is going on, in one notification however much it is; knows nothing of runs.
import { ProgressLocation, window } from 'vscode';

interface Work { title: string; message: string }

export class ProgressView<Token> {
  private readonly works = new Map<Token, Work>();
  private report: (message: string) => void = () => undefined;
  private close: (() => void) | undefined; // while the notification is there

  /** `cancel` ends the work of a token. */
  constructor(private readonly cancel: (token: Token) => void) {}

  begin(token: Token, title: string): void {
    this.works.set(token, { title, message: '' });
    if (!this.close) this.open();
    this.draw();
  }

  say(token: Token, message: string): void {
    const work = this.works.get(token);
    if (work) work.message = message;
    this.draw();
  }

  end(token: Token): void {
    this.works.delete(token);
    this.draw();
    if (this.works.size) return;
    this.close?.();
    this.close = undefined;
  }

  endAll(): void {
    for (const token of [...this.works.keys()]) this.end(token);
  }

  private open(): void {
    const ended = new Promise<void>((end) => { this.close = end; });
    void window.withProgress({ location: ProgressLocation.Notification, cancellable: true }, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => [...this.works.keys()].forEach(this.cancel));
      this.report = (message) => progress.report({ message });
      this.draw(); // the editor opens it in its own time
      return ended;
    });
  }

  private draw(): void {
    const lines = [...this.works.values()].map(({ title, message }) => (message ? `${title}: ${message}` : title));
    if (lines.length) this.report(lines.length > 1 ? `${lines.length} running: ${lines.join('; ')}` : lines[0]!);
  }
}

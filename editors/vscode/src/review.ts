// Proposals as diffs that wait for a yes: shows before and after, and passes each decision to the server, which applies.
import { commands, Range, TabInputTextDiff, ThemeColor, Uri, window, workspace, type Disposable } from 'vscode';
import type { Decided, Hunk, Proposal, ProposedFile } from './protocol';

export const SCHEME = 'flux-review';
type Call = (name: string, argument: object) => Promise<unknown>;
type Side = 'before' | 'after';
interface Place { run: string; file: ProposedFile; side: Side }

export class Review implements Disposable {
  private readonly proposals = new Map<string, Proposal>();
  private readonly decisions = new Map<string, 'accepted' | 'rejected'>(); // by run and hunk
  private readonly label = window.createTextEditorDecorationType({ after: { color: new ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' } });
  private readonly parts: Disposable[];

  /** `call` sends one of the server's commands. */
  constructor(private readonly call: Call) {
    this.parts = [
      this.label,
      workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: (uri) => this.content(uri) }),
      window.onDidChangeVisibleTextEditors(() => this.decorate()),
    ];
  }

  async open(action: string, proposal: Proposal): Promise<void> {
    this.proposals.set(proposal.run, proposal);
    void commands.executeCommand('setContext', 'flux.reviewing', true);
    for (const file of [...proposal.files].reverse()) { // the first one ends up in front
      const count = file.before === null ? 'new file' : file.hunks.length === 1 ? '1 change' : `${file.hunks.length} changes`;
      const title = `${file.path.split('/').at(-1)} (Flux: ${action}, ${count})`;
      await commands.executeCommand('vscode.diff', address(proposal.run, file, 'before'), address(proposal.run, file, 'after'), title, { preview: false });
    }
    this.decorate();
  }

  /** The server took a decision: show it, and close what has nothing left to decide. */
  decided(decided: Decided): void {
    for (const index of decided.accepted ?? []) this.decisions.set(`${decided.run} ${index}`, 'accepted');
    for (const index of decided.rejected ?? []) this.decisions.set(`${decided.run} ${index}`, 'rejected');
    this.decorate();
    if (decided.open === 0) void this.leave(decided.run);
    else void commands.executeCommand('workbench.action.compareEditor.nextChange');
  }

  accept = (uri?: Uri): Promise<unknown> => this.whole('flux.accept', uri);
  reject = (uri?: Uri): Promise<unknown> => this.whole('flux.reject', uri);
  acceptHunk = (): Promise<unknown> => this.one('flux.accept');
  rejectHunk = (): Promise<unknown> => this.one('flux.reject');

  retry = async (uri?: Uri): Promise<void> => {
    const run = this.run(uri);
    if (run && (await this.call('flux.retry', { run }))) await this.close(run);
  };

  closeAll(): void {
    for (const run of this.proposals.keys()) void this.close(run);
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  private async whole(command: string, uri?: Uri): Promise<unknown> {
    const run = this.run(uri);
    return run && this.call(command, { run });
  }

  /** The proposal a menu or the active diff is about, else the newest. */
  private run(uri?: Uri): string | undefined {
    return (this.place(uri) ?? this.place(window.activeTextEditor?.document.uri))?.run ?? [...this.proposals.keys()].at(-1);
  }

  private async one(command: string): Promise<unknown> {
    const editor = window.activeTextEditor;
    const place = editor && this.place(editor.document.uri);
    if (!place) return undefined;
    const at = editor.selection.active.line;
    const left = place.file.hunks.filter((hunk) => !this.decisions.has(`${place.run} ${hunk.index}`));
    const under = left.find((hunk) => { const [first, last] = lines(hunk, place.side); return first <= at && at <= Math.max(first, last); });
    const hunk = left.length === 1 ? left[0] : under;
    if (hunk) return this.call(command, { run: place.run, hunk: hunk.index });
    return commands.executeCommand('workbench.action.compareEditor.nextChange'); // none is meant yet: show one
  }

  /** Close the diff and go back to the file it was about. */
  private async leave(run: string): Promise<void> {
    const file = this.proposals.get(run)?.files.find(({ before }) => before !== null);
    await this.close(run);
    if (file) await window.showTextDocument(Uri.parse(file.uri));
  }

  private async close(run: string): Promise<void> {
    this.proposals.delete(run);
    void commands.executeCommand('setContext', 'flux.reviewing', this.proposals.size > 0);
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.modified.scheme === SCHEME && input.modified.authority === run));
  }

  private decorate(): void {
    for (const editor of window.visibleTextEditors) {
      const place = this.place(editor.document.uri);
      if (place?.side !== 'after') continue;
      const { hunks } = place.file;
      editor.setDecorations(this.label, hunks.map((hunk, number) => {
        const state = this.decisions.get(`${place.run} ${hunk.index}`);
        const contentText = state ? `${state === 'accepted' ? '✓' : '✗'} ${state}` : `change ${number + 1} of ${hunks.length}`;
        const [line] = lines(hunk, place.side);
        return { range: new Range(line, Number.MAX_SAFE_INTEGER, line, Number.MAX_SAFE_INTEGER), renderOptions: { after: { contentText } } };
      }));
    }
  }

  private place(uri: Uri | undefined): Place | undefined {
    if (uri?.scheme !== SCHEME) return undefined;
    const file = this.proposals.get(uri.authority)?.files.find((one) => `/${one.path}` === uri.path);
    return file && { run: uri.authority, file, side: uri.query === 'before' ? 'before' : 'after' };
  }

  private content(uri: Uri): string {
    const place = this.place(uri);
    return (place && place.file[place.side]) ?? '';
  }
}

const address = (run: string, file: ProposedFile, side: Side): Uri =>
  Uri.from({ scheme: SCHEME, authority: run, path: `/${file.path}`, query: side });

/** The 0-based first and last line of a hunk on one side. */
const lines = (hunk: Hunk, side: Side): [first: number, last: number] =>
  side === 'before' ? [hunk.first - 1, hunk.last - 1] : [hunk.new_first - 1, hunk.new_last - 1];

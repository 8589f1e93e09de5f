// Proposals as diffs that wait for a yes: shows before and after, and passes each decision to the server, which applies.
import { commands, Position, Range, TabInputTextDiff, ThemeColor, Uri, window, workspace, type Disposable, type TextEditor } from 'vscode';
import type { Decided, Hunk, Proposal, ProposedFile } from './protocol';

export const SCHEME = 'flux-review';
type Call = (name: string, argument: object) => Promise<unknown>;
interface Place { run: string; file: ProposedFile; side: 'before' | 'after' }
interface Placed extends Hunk { start: number; count: number } // 0-based lines of one side

const line = (colour: string): { isWholeLine: true; after: { color: ThemeColor; margin: string } } =>
  ({ isWholeLine: true, after: { color: new ThemeColor(colour), margin: '0 0 0 2em' } });

export class Review implements Disposable {
  private readonly proposals = new Map<string, Proposal>();
  private readonly decisions = new Map<string, 'accepted' | 'rejected'>(); // by run and hunk
  private readonly label = window.createTextEditorDecorationType(line('editorCodeLens.foreground'));
  private readonly parts: Disposable[];
  call: Call = () => Promise.resolve();

  constructor() {
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
    if (decided.open === 0) void this.close(decided.run);
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
    const left = this.undecided(place);
    const under = left.find((hunk) => hunk.start <= at && at < hunk.start + Math.max(1, hunk.count));
    const hunk = under ?? (left.length > 1 ? await this.choose(left, editor) : left[0]);
    return hunk && this.call(command, { run: place.run, hunk: hunk.index });
  }

  /** The cursor is in no open change: let the person choose one, showing each. */
  private async choose(hunks: Placed[], editor: TextEditor): Promise<Hunk | undefined> {
    const items = hunks.map((hunk) => ({ label: `Lines ${hunk.first}–${Math.max(hunk.first, hunk.last)}`, detail: hunk.text.trim().slice(0, 120), hunk }));
    const show = (hunk: Placed): void => editor.revealRange(new Range(hunk.start, 0, hunk.start, 0));
    const chosen = await window.showQuickPick(items, { title: 'Flux: which change?', onDidSelectItem: (item) => show((item as (typeof items)[number]).hunk) });
    return chosen?.hunk;
  }

  private undecided(place: Place): Placed[] {
    return placed(place.file, place.side).filter((hunk) => !this.decisions.has(`${place.run} ${hunk.index}`));
  }

  private async close(run: string): Promise<void> {
    const files = this.proposals.get(run)?.files ?? [];
    this.proposals.delete(run);
    void commands.executeCommand('setContext', 'flux.reviewing', this.proposals.size > 0);
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.modified.scheme === SCHEME && input.modified.authority === run));
    const [first] = files;
    if (first && first.before !== null) await window.showTextDocument(Uri.parse(first.uri));
  }

  private decorate(): void {
    for (const editor of window.visibleTextEditors) {
      const place = this.place(editor.document.uri);
      if (place?.side !== 'after') continue;
      const hunks = placed(place.file, place.side);
      editor.setDecorations(this.label, hunks.map((hunk, number) => {
        const state = this.decisions.get(`${place.run} ${hunk.index}`);
        const contentText = state ? `${state === 'accepted' ? '✓' : '✗'} ${state}` : `change ${number + 1} of ${hunks.length}, Alt+Enter`;
        return { range: new Range(new Position(hunk.start, 0), new Position(hunk.start, 0)), renderOptions: { after: { contentText } } };
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

const address = (run: string, file: ProposedFile, side: 'before' | 'after'): Uri =>
  Uri.from({ scheme: SCHEME, authority: run, path: `/${file.path}`, query: side });

/** The hunks with their lines on one side. */
function placed(file: ProposedFile, side: 'before' | 'after'): Placed[] {
  const found = side === 'after' ? newLines(file) : undefined;
  return file.hunks.map((hunk, number) => {
    const [start, count] = found?.[number] ?? [hunk.first - 1, hunk.last - hunk.first + 1];
    return { ...hunk, start, count };
  });
}

/** [start, count] of each hunk's lines in `after`, found by the lines between hunks, which are the same on both sides. */
function newLines({ before, after, hunks }: ProposedFile): [number, number][] | undefined {
  const [old, now] = [(before ?? '').split('\n'), after.split('\n')];
  const from = (number: number, o: number, n: number): [number, number][] | undefined => {
    const hunk = hunks[number];
    const between = old.slice(o, hunk ? hunk.first - 1 : old.length);
    const start = n + between.length;
    if (between.some((line, at) => line !== now[n + at])) return undefined;
    if (!hunk) return start === now.length ? [] : undefined;
    const added = hunk.text.split('\n').length - 1; // of its old lines, none to all are still there
    for (let count = added; count <= added + hunk.last - hunk.first + 1; count++) {
      const rest = from(number + 1, hunk.last, start + count);
      if (rest) return [[start, count], ...rest];
    }
    return undefined;
  };
  return from(0, 0, 0);
}

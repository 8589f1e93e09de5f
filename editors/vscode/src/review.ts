// Proposals as diffs that wait for a yes: shows before and after, and passes each decision to the server, which applies.
import { commands, EventEmitter, Range, TabInputTextDiff, ThemeColor, Uri, window, workspace, type Disposable, type Tab } from 'vscode';
import type { Decision, Hunk, Proposal, ProposedFile } from './protocol';

const SCHEME = 'flux-review';
type Call = (name: string, argument: object) => Promise<unknown>;
type Side = 'before' | 'after';
interface Place { proposal: Proposal; file: ProposedFile; side: Side }

export class Review implements Disposable {
  private readonly proposals = new Map<string, Proposal>(); // what is left of each, by run, the newest last
  private readonly origins = new Map<string, string | undefined>(); // the file each was made for
  private readonly changed = new EventEmitter<Uri>();
  private readonly label = window.createTextEditorDecorationType({ after: { color: new ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' } });
  private readonly parts = [
    this.label,
    this.changed,
    workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: this.changed.event, provideTextDocumentContent: (uri) => this.content(uri) }),
    workspace.onDidChangeTextDocument(({ document }) => { if (document.uri.scheme === SCHEME) this.decorate(); }),
    window.onDidChangeVisibleTextEditors(() => this.decorate()),
  ];

  /** `call` sends one of the server's commands. */
  constructor(private readonly call: Call) {
    void this.tidy(); // diffs of an earlier window
  }

  async open(proposal: Proposal): Promise<void> {
    this.proposals.set(proposal.run, proposal);
    this.origins.set(proposal.run, proposal.files.find(({ before }) => before !== null)?.uri);
    await this.tidy();
    await this.show(proposal.run);
  }

  /** The places of a proposal after typing. */
  follow(proposal: Proposal): void {
    if (!this.proposals.has(proposal.run)) return;
    this.proposals.set(proposal.run, proposal);
    for (const { uri } of this.diffs()) this.changed.fire(uri);
    this.decorate();
  }

  /** A diff for each file, the first one in front; without `run` of the newest proposal. */
  async show(run = this.newestRun()): Promise<void> {
    const proposal = this.proposals.get(run ?? '');
    const [first, ...others] = proposal?.files ?? [];
    if (!proposal || !first) return;
    for (const file of [first, ...others]) await this.reveal(proposal, file);
    if (others.length) await this.reveal(proposal, first);
  }

  /** The server took a decision: show what is left, and go on to the next of it. */
  async applyDecision({ run, proposal, accepted = [], rejected = [] }: Decision): Promise<void> {
    if (!this.proposals.has(run)) return;
    if (!proposal) return this.leave(run);
    this.follow(proposal);
    const left = proposal.files.flatMap((file) => file.hunks);
    const next = left.find(({ index }) => index > Math.max(...accepted, ...rejected)) ?? left[0];
    const file = proposal.files.find((each) => next && each.hunks.includes(next));
    await this.tidy();
    if (file) await this.reveal(proposal, file, next);
  }

  /** All is decided: back to the first file; a notebook comes up by itself, and its cell is no editor. */
  private async leave(run: string): Promise<void> {
    await this.drop(run);
    const uri = this.origins.get(run);
    if (uri && !uri.startsWith('vscode-notebook-cell:')) await window.showTextDocument(Uri.parse(uri));
  }

  /** By name, as the editor's menus and keys call them. */
  readonly commands = {
    accept: (uri?: Uri) => this.decide('flux.accept', uri),
    reject: (uri?: Uri) => this.decide('flux.reject', uri),
    acceptFile: (uri?: Uri) => this.decide('flux.accept', uri, theFile),
    rejectFile: (uri?: Uri) => this.decide('flux.reject', uri, theFile),
    acceptHunk: () => this.decide('flux.accept', undefined, hunkAtCursor),
    rejectHunk: () => this.decide('flux.reject', undefined, hunkAtCursor),
    show: (run?: string) => this.show(run),
    retry: async (uri?: Uri) => {
      const run = this.findPlace(uri)?.proposal.run ?? this.newestRun();
      if (run && (await this.call('flux.retry', { run }))) await this.drop(run);
    },
  };

  /** Forget a proposal, or all of them, and close their diffs. */
  async drop(run?: string): Promise<void> {
    if (run) this.proposals.delete(run);
    else this.proposals.clear();
    await this.tidy();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  /** Decide on all of a proposal, or on the `part` of it that a place stands for. */
  private async decide(command: string, uri?: Uri, part?: (place: Place) => object | undefined): Promise<unknown> {
    const place = this.findPlace(uri);
    const run = place?.proposal.run ?? this.newestRun();
    const choice = part ? place && part(place) : {};
    if (run && choice) return this.call(command, { run, ...choice });
    return commands.executeCommand('workbench.action.compareEditor.nextChange'); // none is meant yet: show one
  }

  /** What a menu or the active diff is about. */
  private findPlace(uri?: Uri): Place | undefined {
    return this.place(uri) ?? this.place(window.activeTextEditor?.document.uri);
  }

  private newestRun(): string | undefined {
    return [...this.proposals.keys()].at(-1);
  }

  /** Bring a file's diff to the front, the cursor at `hunk`. */
  private async reveal(proposal: Proposal, file: ProposedFile, hunk = file.hunks[0]): Promise<void> {
    const side = (name: Side): Uri => Uri.from({ scheme: SCHEME, authority: proposal.run, path: `/${file.path}`, query: name });
    const line = hunk ? lines(hunk, 'after')[0] : 0;
    const options = { preview: false, selection: new Range(line, 0, line, 0) };
    await commands.executeCommand('vscode.diff', side('before'), side('after'), file.title, options);
    this.decorate();
  }

  /** Close every diff with nothing left to decide. */
  private async tidy(): Promise<void> {
    const waiting = [...this.proposals.values()];
    void commands.executeCommand('setContext', 'flux.reviewing', waiting.length > 0);
    void commands.executeCommand('setContext', 'flux.reviewingFiles', waiting.some(({ files }) => files.length > 1));
    await window.tabGroups.close(this.diffs().filter(({ uri }) => !this.place(uri)).map(({ tab }) => tab));
  }

  /** The tabs with our diffs, and the document of each side. */
  private diffs(): { tab: Tab; uri: Uri }[] {
    return window.tabGroups.all.flatMap((group) => group.tabs).flatMap((tab) => {
      const { input } = tab;
      return input instanceof TabInputTextDiff && input.modified.scheme === SCHEME ? [{ tab, uri: input.original }, { tab, uri: input.modified }] : [];
    });
  }

  private decorate(): void {
    for (const editor of window.visibleTextEditors) {
      const place = this.place(editor.document.uri);
      if (place?.side !== 'after') continue;
      editor.setDecorations(this.label, place.file.hunks.map((hunk) => {
        const [line] = lines(hunk, place.side);
        return { range: new Range(line, Number.MAX_SAFE_INTEGER, line, Number.MAX_SAFE_INTEGER), renderOptions: { after: { contentText: hunk.label } } };
      }));
    }
  }

  private place(uri: Uri | undefined): Place | undefined {
    const proposal = uri?.scheme === SCHEME ? this.proposals.get(uri.authority) : undefined;
    const file = proposal?.files.find(({ path }) => `/${path}` === uri?.path);
    return proposal && file && { proposal, file, side: uri?.query as Side };
  }

  private content(uri: Uri): string {
    const place = this.place(uri);
    return (place && place.file[place.side]) ?? '';
  }
}

const theFile = ({ file }: Place): object => ({ uri: file.uri });

/** The only change that is left in the file, else the one at the cursor. */
function hunkAtCursor({ file, side }: Place): object | undefined {
  const at = window.activeTextEditor?.selection.active.line ?? 0;
  const left = file.hunks;
  const under = left.find((hunk) => { const [first, last] = lines(hunk, side); return first <= at && at <= Math.max(first, last); });
  const hunk = left.length === 1 ? left[0] : under;
  return hunk && { hunk: hunk.index };
}

/** The 0-based first and last line of a hunk on one side. */
const lines = (hunk: Hunk, side: Side): [first: number, last: number] =>
  side === 'before' ? [hunk.first - 1, hunk.last - 1] : [hunk.new_first - 1, hunk.new_last - 1];

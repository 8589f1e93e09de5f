// Changes in the code itself: what an edit did, and what waits for a yes with `review` "inline"; each decision goes to the server.
import {
  CodeLens, commands, CommentMode, comments, CommentThreadCollapsibleState, EventEmitter, languages, MarkdownString, OverviewRulerLane, Selection, ThemeColor, Uri, window, workspace,
  type CommentReply, type CommentThread, type Disposable, type TextDocument,
} from 'vscode';
import { getRange, makeMarks, moveMark, type Mark } from './marks';
import { keepPage } from './pages';
import type { Decision, Proposal } from './protocol';

type Call = (name: string, argument: object) => Promise<unknown>;
const RULER = { isWholeLine: true, overviewRulerLane: OverviewRulerLane.Left };

export class InPlace implements Disposable {
  private marks: Mark[] = [];
  private readonly threads = new Map<Mark, CommentThread>();
  private readonly changed = new EventEmitter<void>();
  private readonly controller = comments.createCommentController('flux', 'Flux');
  private readonly made = window.createTextEditorDecorationType({ ...RULER, backgroundColor: new ThemeColor('diffEditor.insertedLineBackground'), overviewRulerColor: new ThemeColor('editorGutter.addedBackground') });
  private readonly waiting = window.createTextEditorDecorationType({ ...RULER, backgroundColor: new ThemeColor('diffEditor.removedLineBackground'), overviewRulerColor: new ThemeColor('editorGutter.modifiedBackground') });
  private readonly parts = [
    this.changed, this.controller, this.made, this.waiting,
    languages.registerCodeLensProvider([{ scheme: 'file' }, { scheme: 'untitled' }], { onDidChangeCodeLenses: this.changed.event, provideCodeLenses: (document) => this.listLenses(document) }),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const uri = document.uri.toString();
      if (contentChanges.length && this.marks.some((mark) => mark.uri === uri)) this.set(this.marks.flatMap((mark) => (mark.uri === uri && !mark.isWaiting ? moveMark(mark, contentChanges) ?? [] : mark)));
    }),
    window.onDidChangeVisibleTextEditors(() => this.decorate()),
  ];

  /** `call` sends one of the server's commands. */
  constructor(private readonly call: Call) {
    this.controller.options = { prompt: 'Not quite? Say what should be different', placeHolder: 'What should be different?' };
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  /** Whether a change that waits belongs into the code: each file is there already. */
  shows = ({ in_place: isInPlace, files }: Proposal): boolean => isInPlace && files.every(({ before }) => before !== null);

  /** What an edit did; the marks of earlier edits of these files go. */
  showEdit(edit: Proposal): void {
    if (!workspace.getConfiguration('flux').get('editor.showChanges')) return;
    const uris = new Set(edit.files.map((file) => Uri.parse(file.uri).toString()));
    this.set([...this.marks.filter((mark) => mark.isWaiting || !uris.has(mark.uri)), ...readMarks(edit, false)]);
  }

  async open(proposal: Proposal): Promise<void> {
    this.set([...this.marks, ...readMarks(proposal, true)]);
    await this.reveal(this.marks.find(({ run }) => run === proposal.run));
  }

  /** The places of a change that waits, after typing. */
  follow(proposal: Proposal): void {
    if (this.marks.some(({ run, isWaiting }) => isWaiting && run === proposal.run)) this.set([...this.marks.filter(({ run }) => run !== proposal.run), ...readMarks(proposal, true)]);
  }

  /** The server took a decision: show what is left, and go on to the next of it. */
  async applyDecision({ run, proposal, accepted = [], rejected = [] }: Decision): Promise<void> {
    if (!this.marks.some((mark) => mark.run === run)) return;
    if (!proposal) return this.drop(run);
    this.follow(proposal);
    const left = this.marks.filter((mark) => mark.run === run);
    await this.reveal(left.find(({ hunk }) => hunk.index > Math.max(...accepted, ...rejected)) ?? left[0]);
  }

  /** Forget a run's changes, or all of them. */
  drop(run?: string): void {
    this.set(run ? this.marks.filter((mark) => mark.run !== run) : []);
  }

  /** By name, as lenses, buttons and keys call them. */
  readonly commands = {
    accept: (at?: Mark | CommentThread) => this.decide('flux.accept', at),
    reject: (at?: Mark | CommentThread) => this.decide('flux.reject', at),
    keep: (at?: Mark) => this.set(this.marks.filter((mark) => (at ? mark !== at : mark.isWaiting))),
    undo: async ({ run }: Mark) => { await this.call('flux.undo', { run }); this.drop(run); },
    further: ({ run }: Mark) => this.call('flux.continue', { run }),
    diff: async ({ uri, of }: Mark) => {
      const file = of.files.find((each) => Uri.parse(each.uri).toString() === uri)!;
      await commands.executeCommand('vscode.diff', keepPage(`before/${of.run}/${file.path}`, file.before ?? ''), Uri.parse(uri), file.title);
    },
    retry: async (at: Mark | CommentReply) => {
      const mark = 'thread' in at ? this.find(at.thread) : at;
      if (!mark) return;
      const { run, isWaiting } = mark;
      const begun = await this.call('flux.retry', { run, ...('text' in at ? { instruction: at.text } : {}), ...(isWaiting ? {} : { undo: true }) });
      if (begun) this.drop(run);
    },
  };

  private async decide(command: string, at?: Mark | CommentThread): Promise<void> {
    const mark = at && 'hunk' in at ? at : at ? this.find(at) : this.findAtCursor();
    if (mark) await this.call(command, { run: mark.run, hunk: mark.hunk.index });
  }

  private find = (thread: CommentThread): Mark | undefined => [...this.threads].find(([, each]) => each === thread)?.[0];

  private findAtCursor(): Mark | undefined {
    const { document, selection } = window.activeTextEditor ?? {};
    const here = this.marks.filter(({ uri, isWaiting }) => isWaiting && uri === document?.uri.toString());
    return here.find((mark) => selection && getRange(mark).start.line <= selection.active.line && selection.active.line <= getRange(mark).end.line) ?? here[0];
  }

  private async reveal(mark: Mark | undefined): Promise<void> {
    if (!mark || mark.uri.startsWith('vscode-notebook-cell:')) return;
    const editor = await window.showTextDocument(Uri.parse(mark.uri));
    const { start } = getRange(mark);
    editor.selection = new Selection(start, start);
    editor.revealRange(getRange(mark));
  }

  private set(marks: Mark[]): void {
    this.marks = marks;
    for (const [mark, thread] of this.threads) {
      if (marks.includes(mark)) continue;
      thread.dispose();
      this.threads.delete(mark);
    }
    for (const mark of marks) if (mark.isWaiting && !this.threads.has(mark)) this.threads.set(mark, this.makeThread(mark));
    void commands.executeCommand('setContext', 'flux.inPlace', marks.some(({ isWaiting }) => isWaiting));
    void commands.executeCommand('setContext', 'flux.marked', marks.some(({ isWaiting }) => !isWaiting));
    this.changed.fire();
    this.decorate();
  }

  /** What would stand there, below the lines that it replaces, with a box for a remark. */
  private makeThread(mark: Mark): CommentThread {
    const { hunk, uri } = mark;
    const language = workspace.textDocuments.find((document) => document.uri.toString() === uri)?.languageId;
    const body = hunk.text ? new MarkdownString().appendCodeblock(hunk.text, language) : new MarkdownString('*These lines go away.*');
    const thread = this.controller.createCommentThread(Uri.parse(uri), getRange(mark), [{ author: { name: 'Flux' }, body, mode: CommentMode.Preview }]);
    return Object.assign(thread, { label: `Flux: ${hunk.label}`, collapsibleState: CommentThreadCollapsibleState.Expanded });
  }

  private decorate(): void {
    for (const editor of window.visibleTextEditors) {
      const here = this.marks.filter(({ uri }) => uri === editor.document.uri.toString());
      const show = (mark: Mark) => ({ range: getRange(mark, editor.document), ...(mark.isWaiting || !mark.old ? {} : { hoverMessage: new MarkdownString('Before:').appendCodeblock(mark.old, editor.document.languageId) }) });
      editor.setDecorations(this.made, here.filter(({ isWaiting }) => !isWaiting).map(show));
      editor.setDecorations(this.waiting, here.filter(({ isWaiting, old }) => isWaiting && old).map(show));
    }
  }

  private listLenses(document: TextDocument): CodeLens[] {
    return this.marks.filter(({ uri }) => uri === document.uri.toString()).flatMap((mark) => {
      const [{ line }, all] = [getRange(mark).start, mark.of.files.flatMap(({ hunks }) => hunks).length];
      const lens = (title: string, command: string, argument: unknown = mark) => new CodeLens(document.lineAt(Math.min(line, document.lineCount - 1)).range, { title, command, arguments: [argument] });
      const { run } = mark;
      return mark.isWaiting
        ? [lens('$(check) Accept', 'flux.inPlace.accept'), lens('$(close) Reject', 'flux.inPlace.reject'), ...(all > 1 ? [lens(`Accept all ${all}`, 'flux.accept', { run }), lens('Reject all', 'flux.reject', { run })] : []), lens('Try again…', 'flux.inPlace.retry'), lens('Show diff', 'flux.inPlace.diff')]
        : [lens('$(sparkle) Keep', 'flux.inPlace.keep'), lens(all > 1 ? `Undo all ${all}` : 'Undo', 'flux.inPlace.undo'), lens('Try again…', 'flux.inPlace.retry'), lens('And now…', 'flux.inPlace.further'), lens('Show diff', 'flux.inPlace.diff')];
    });
  }
}

/** The server and the editor may write one address in two ways. */
const readMarks = (proposal: Proposal, isWaiting: boolean): Mark[] => makeMarks(proposal, isWaiting).map((mark) => ({ ...mark, uri: Uri.parse(mark.uri).toString() }));

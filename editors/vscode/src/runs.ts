// From a click to the server and from its outcome to the person; decides nothing about an edit itself.
import { commands, languages, ProgressLocation, window, type ExtensionContext, type Progress, type TextDocument, type TextEditor } from 'vscode';
import { WorkDoneProgressCancelNotification, type Middleware, type ProgressToken } from 'vscode-languageclient/node';
import { askWords } from './ask';
import type { Explanation } from './explain';
import type { Decided, Outcome, RunArguments } from './protocol';
import type { Review } from './review';
import { SCHEMES, type Server } from './server';

const WORDS = 'What should change?';
const REMARK = 'What should be different this time? (Enter alone: the same again)';
type WorkDone = Parameters<NonNullable<Middleware['handleWorkDoneProgress']>>[1];
interface Shown { message: string; progress?: Progress<{ message: string }>; end: () => void }

export class Runs {
  last: Outcome | undefined;
  private readonly actions = new Map<string, string>(); // of each run, the newest last
  private readonly shown = new Map<ProgressToken, Shown>();

  constructor(
    private readonly context: ExtensionContext,
    private readonly server: Server,
    private readonly review: Review,
    private readonly explanation: Explanation,
  ) {}

  /** A command of the server as the editor's menus call it: what is missing is asked for, then it is sent. */
  async call(name: string, given: object | undefined): Promise<unknown> {
    try {
      const argument = await this.complete(name, given);
      if (!argument) return undefined;
      const answer = await this.server.command<{ run?: string } | null>(name, argument);
      if (answer?.run && (name === 'flux.run' || name === 'flux.retry')) this.begun(answer.run, argument);
      if (name === 'flux.accept' || name === 'flux.reject') this.review.decided(answer as Decided);
      return answer;
    } catch (error) {
      void window.showWarningMessage(`Flux: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** An action on the selection of the active editor, from the palette, a menu or a key. */
  async act(action: string): Promise<unknown> {
    const argument = this.here(action);
    return argument && this.call('flux.run', argument);
  }

  /** What `flux.preview` is to be asked: one of `actions`, on the selection of the active editor. */
  async choose(actions: string[]): Promise<object | undefined> {
    const action = await window.showQuickPick(actions, { title: 'Flux: show what would be sent', placeHolder: 'Which action?' });
    return action ? this.here(action) : undefined;
  }

  progress(token: ProgressToken, value: WorkDone): void {
    if (value.kind === 'begin') this.show(token, value.title, value.cancellable ?? false);
    else if (value.kind === 'report') this.report(token, value.message ?? '');
    else this.forget(token);
  }

  outcome(outcome: Outcome): void {
    this.last = outcome;
    this.explanation.finish(outcome);
    if (outcome.proposal) return void this.review.open(outcome.action, outcome.proposal);
    if (outcome.error && outcome.status !== 'cancelled') return void this.complain(outcome, outcome.error);
    if (outcome.status === 'answered') return;
    const sign = outcome.status === 'cancelled' ? '$(circle-slash)' : '$(check)';
    window.setStatusBarMessage(`${sign} Flux: ${outcome.summary || outcome.status}`, 8000);
  }

  /** The server is gone, and with it everything it was doing. */
  gone(): void {
    for (const token of this.shown.keys()) this.forget(token);
    this.review.closeAll();
  }

  private async complete(name: string, given: object | undefined): Promise<object | undefined> {
    const argument = given as Partial<RunArguments> | undefined;
    if (name === 'flux.run' && argument?.action === 'edit' && !argument.instruction) return this.worded(argument, 'Flux: edit', WORDS);
    if (name !== 'flux.retry') return argument ?? {};
    const run = (given as { run?: string } | undefined)?.run ?? [...this.actions.keys()].at(-1);
    if (!run) throw new Error('nothing has run yet that could be tried again');
    return argument?.instruction === undefined ? this.worded({ run }, 'Flux: try again', REMARK, true) : { ...argument, run };
  }

  private async worded(argument: object, title: string, placeholder: string, optional = false): Promise<object | undefined> {
    const instruction = await askWords(this.context.workspaceState, title, placeholder, optional);
    return instruction === undefined ? undefined : { ...argument, instruction };
  }

  private begun(run: string, argument: { action?: string; run?: string }): void {
    const action = argument.action ?? this.actions.get(argument.run ?? '') ?? '';
    this.actions.set(run, action);
    if (action === 'explain') this.explanation.begin(run);
  }

  private here(action: string): RunArguments | undefined {
    const editor = window.activeTextEditor;
    const reason = editor ? whyNot(editor.document) : 'open a file first';
    if (editor && !reason) return this.asked(action, editor);
    void window.showInformationMessage(`Flux: ${reason}.`);
    return undefined;
  }

  private asked(action: string, { document, selection }: TextEditor): RunArguments | undefined {
    const convert = this.server.client?.code2ProtocolConverter;
    if (!convert) return undefined;
    const lines = selection.with(selection.start.with({ character: 0 }), document.lineAt(selection.end).range.end);
    const problems = languages.getDiagnostics(document.uri).filter((one) => one.range.intersection(lines));
    return {
      action,
      uri: convert.asUri(document.uri),
      range: convert.asRange(selection),
      version: document.version,
      ...(problems.length ? { diagnostics: problems.map((one) => convert.asDiagnostic(one)) } : {}),
    };
  }

  /** The editor opens a progress notification in its own time: what is said before is kept until then. */
  private show(token: ProgressToken, title: string, cancellable: boolean): void {
    const shown: Shown = { message: '', end: () => undefined };
    const ended = new Promise<void>((end) => { shown.end = end; });
    this.shown.set(token, shown);
    void window.withProgress({ location: ProgressLocation.Notification, title, cancellable }, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => void this.server.client?.sendNotification(WorkDoneProgressCancelNotification.type, { token }));
      progress.report({ message: shown.message });
      shown.progress = progress;
      return ended;
    });
  }

  private report(token: ProgressToken, message: string): void {
    const shown = this.shown.get(token);
    if (shown) shown.message = message;
    shown?.progress?.report({ message });
  }

  private forget(token: ProgressToken): void {
    this.shown.get(token)?.end();
    this.shown.delete(token);
  }

  private async complain(outcome: Outcome, error: NonNullable<Outcome['error']>): Promise<void> {
    const key = error.code === 'NOT_CONFIGURED' || error.code === 'AUTHENTICATION' ? ['Set the API key'] : ['Try again…'];
    const said = [error.message, error.hint].filter(Boolean).join('. ');
    const chosen = await window.showWarningMessage(`Flux could not ${outcome.action}: ${said} (${error.code})`, ...key, 'Show the log');
    if (chosen === 'Set the API key') void commands.executeCommand('flux.setKey');
    if (chosen === 'Try again…') void this.call('flux.retry', { run: outcome.run });
    if (chosen === 'Show the log') this.server.log.show();
  }
}

/** Why Flux cannot work on a document, as the end of a sentence; undefined when it can. */
function whyNot(document: TextDocument): string | undefined {
  if (SCHEMES.includes(document.uri.scheme)) return undefined;
  return `it works on files on disk, untitled documents and notebook cells, not on “${document.uri.scheme}” documents; save a copy first`;
}

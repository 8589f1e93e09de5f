// From a click to the server and from its outcome to the person; decides nothing about an edit itself.
import { commands, languages, window, type Memento } from 'vscode';
import { WorkDoneProgressCancelNotification, type Middleware, type ProgressToken } from 'vscode-languageclient/node';
import { askWords, type Question } from './ask';
import type { Explanation } from './explain';
import { notify } from './notify';
import { ProgressView } from './progress';
import type { Action, Decision, Outcome, RunArguments } from './protocol';
import { findRelated } from './related';
import type { InPlace } from './inplace';
import type { Review } from './review';
import type { Server } from './server';

const WORDS = 'What should it do?';
// What is asked where a run is to go on.
const AGAIN: Record<string, Question> = {
  'flux.retry': { title: 'Flux: try again', placeholder: 'What should be different this time? (Enter alone: the same again)', optional: true },
  'flux.continue': { title: 'Flux: and now', placeholder: 'What comes next?' },
};
type WorkDone = Parameters<NonNullable<Middleware['handleWorkDoneProgress']>>[1];

export class Runs {
  private readonly actions = new Map<string, string>(); // of each run, the newest last
  private readonly view = new ProgressView<ProgressToken>((token) => void this.server.client?.sendNotification(WorkDoneProgressCancelNotification.type, { token }));

  constructor(
    private readonly memory: Memento,
    private readonly server: Server,
    private readonly review: Review,
    private readonly inPlace: InPlace,
    private readonly explanation: Explanation,
  ) {}

  /** A command of the server as the editor's menus call it: what is missing is asked for, then it is sent. */
  async call(name: string, argument: object = {}): Promise<unknown> {
    const related = name === 'flux.run' ? findRelated(this.server, argument) : undefined; // while the person is asked
    const words = await this.complete(name, argument);
    if (!words) return undefined;
    const full = related ? { related: await related, ...words } : words;
    const answer = await this.server.command<{ run: string }>(name, full);
    if (name === 'flux.run' || name in AGAIN) this.remember(answer.run, full, name === 'flux.continue');
    if (name === 'flux.accept' || name === 'flux.reject') await Promise.all([this.review, this.inPlace].map((view) => view.applyDecision(answer as Decision)));
    return answer;
  }

  /** What a run would send, as the server says it; asks for the words first, since they are a part of it. */
  async preview(argument: RunArguments): Promise<string | undefined> {
    const full = await this.complete('flux.run', argument);
    return full && JSON.stringify(await this.server.command('flux.preview', full), null, 2);
  }

  /** The argument of an action on the selection of the active editor. */
  here(action: string): RunArguments {
    const editor = window.activeTextEditor;
    if (!editor) throw new Error('open a file first');
    const { document, selection } = editor;
    const convert = this.server.running().code2ProtocolConverter;
    const lines = selection.with(selection.start.with({ character: 0 }), document.lineAt(selection.end).range.end);
    const diagnostics = languages.getDiagnostics(document.uri).filter((one) => one.range.intersection(lines)).map((one) => convert.asDiagnostic(one));
    return { action, uri: convert.asUri(document.uri), range: convert.asRange(selection), version: document.version, diagnostics };
  }

  progress(token: ProgressToken, value: WorkDone): void {
    if (value.kind === 'begin') this.view.begin(token, value.title);
    else if (value.kind === 'report') this.view.say(token, value.message ?? '');
    else this.view.end(token);
  }

  /** Runs what the person says; no words at all are fine. */
  async ask(argument: RunArguments, title: string, placeholder: string): Promise<void> {
    const full = await this.askInstruction(argument, { title, placeholder, optional: true, describe: this.describe(argument) });
    if (full) await this.call('flux.run', full);
  }

  async outcome(outcome: Outcome): Promise<void> {
    const isNews = outcome.status === 'answered' && outcome.text && !this.action(outcome.action); // an agent's: no page is open for it
    if (isNews) this.explanation.begin(outcome.run, outcome.title ?? outcome.action);
    void this.explanation.finish(outcome);
    const { proposal, edit } = outcome;
    if (proposal) return (this.inPlace.shows(proposal) ? this.inPlace : this.review).open(proposal);
    if (edit) this.inPlace.showEdit(edit);
    if (outcome.error && outcome.status !== 'cancelled') return this.complain(outcome, outcome.error);
    const sign = outcome.status === 'cancelled' ? '$(circle-slash)' : '$(check)';
    if (outcome.status !== 'answered' || !outcome.text) window.setStatusBarMessage(`${sign} Flux: ${outcome.summary || outcome.status}`, 8000);
  }

  /** The server is gone, and with it everything it was doing. */
  forgetAll(): void {
    this.view.endAll();
    void this.review.drop();
    this.inPlace.drop();
  }

  private async complete(name: string, argument: { action?: string; run?: string; instruction?: string }): Promise<object | undefined> {
    const action = this.action(argument.action);
    if (name === 'flux.run' && action?.needs_instruction && !argument.instruction) return this.askInstruction(argument, { title: `Flux: ${action.title}`, placeholder: action.hint || WORDS, describe: this.describe(argument) });
    const question = AGAIN[name];
    if (!question) return argument;
    const run = argument.run ?? [...this.actions.keys()].at(-1);
    if (!run) throw new Error('nothing has run yet');
    return argument.instruction === undefined ? this.askInstruction({ ...argument, run }, question) : { ...argument, run };
  }

  private async askInstruction(argument: object, question: Question): Promise<object | undefined> {
    const words = await askWords(this.memory, question);
    return words && { ...argument, ...words };
  }

  /** What a run would do, with which model and for about how much. */
  private describe = (argument: object) => async (words: string, tier?: string): Promise<string> => {
    const full = { ...argument, instruction: words || '…', ...(tier ? { tier } : {}) };
    return `Flux: ${(await this.server.command<{ summary: string }>('flux.preview', full)).summary}`;
  };

  private remember(run: string, argument: { action?: string; run?: string; instruction?: string }, isFurther: boolean): void {
    const id = argument.action ?? this.actions.get(argument.run ?? '') ?? '';
    this.actions.set(run, id);
    const action = this.action(id);
    if (action?.returns === 'answer') this.explanation.begin(run, action.title, isFurther ? argument.instruction : undefined);
  }

  private action(id: string | undefined): Action | undefined {
    return this.server.actions().find((action) => action.id === id);
  }

  private complain(outcome: Outcome, { code, message, hint }: NonNullable<Outcome['error']>): Promise<void> {
    const { run, text, title = '', other_tier: tier } = outcome;
    const keyless = code === 'NOT_CONFIGURED' || code === 'AUTHENTICATION';
    const show = () => { this.explanation.begin(run, title); return this.explanation.finish(outcome); };
    return notify('Warning', `Flux: ${[message, hint].filter(Boolean).join('. ')} (${code})`, {
      ...(text ? { 'Show the answer': show } : {}),
      ...(tier ? { [`Ask ${tier}`]: () => commands.executeCommand('flux.retry', { run, tier, instruction: '' }) } : {}),
      ...(keyless ? { 'Set the API key': () => commands.executeCommand('flux.setKey') } : { 'Try again…': () => commands.executeCommand('flux.retry', { run }) }),
      'Show the log': () => this.server.log.show(),
    });
  }
}

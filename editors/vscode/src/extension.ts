// The extension's parts put together: every command, event and feature is connected here and nowhere else.
import { readFileSync } from 'node:fs';
import { commands, EventEmitter, window, workspace, type Event, type ExtensionContext } from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { pickAgent } from './agents';
import { Explanation } from './explain';
import { InPlace } from './inplace';
import { Installer } from './install';
import { notify } from './notify';
import { pages, showPage } from './pages';
import type { Outcome, Proposal, RunArguments } from './protocol';
import { Review } from './review';
import { Runs } from './runs';
import { Server } from './server';
import { describeWorkspace, readExplicitSettings } from './settings';
import { StatusBar } from './status';
import { Welcome } from './welcome';

const ACTION = 'flux.action.'; // VS Code wants its commands listed: these are generated, one for each action

/** What other extensions may use. */
export interface Api { onOutcome: Event<Outcome> }
type Command = (...args: never[]) => unknown;

export function activate({ asAbsolutePath, extension, globalState, globalStorageUri, secrets, subscriptions, workspaceState }: ExtensionContext): Api {
  const ended = new EventEmitter<Outcome>();
  const server: Server = new Server(secrets, middleware());
  const installer = new Installer(globalStorageUri.fsPath, asAbsolutePath('server'), (extension.packageJSON as { version: string }).version, server.log);
  const review = new Review(call);
  const inPlace = new InPlace(call);
  const explanation = new Explanation(readFileSync(asAbsolutePath('media/explanation.html'), 'utf8'));
  const runs: Runs = new Runs(workspaceState, server, review, inPlace, explanation);
  const welcome = new Welcome(globalState, server);
  const status = new StatusBar(server, (answer) => void welcome.greet(answer));
  const { commands: entries } = (extension.packageJSON as { contributes: { commands: { command: string }[] } }).contributes;
  const contributed = entries.map(({ command }) => command).filter((name) => name.startsWith(ACTION)).map((name) => name.slice(ACTION.length));

  function middleware(): Middleware {
    return {
      executeCommand: reportFailure((name: string, [argument]: object[]) => (name === 'flux.preview' ? preview(argument) : call(name, argument))),
      handleWorkDoneProgress: (token, value) => {
        runs.progress(token, value);
        if (value.kind !== 'report') status.scheduleRefresh();
      },
      workspace: { configuration: ({ items }) => items.map(({ section }) => (section === 'flux' ? readExplicitSettings() : null)) },
    };
  }

  async function call(name: string, argument?: object): Promise<unknown> {
    return runs.call(name, argument).finally(() => status.scheduleRefresh());
  }

  function listen(client: LanguageClient): void {
    client.onNotification('flux/delta', ({ run, text }: { run: string; text: string }) => explanation.delta(run, text));
    client.onNotification('flux/proposal', (proposal: Proposal) => { review.follow(proposal); inPlace.follow(proposal); });
    client.onNotification('flux/outcome', (outcome: Outcome) => {
      void runs.outcome(outcome);
      welcome.noteOutcome(outcome);
      status.scheduleRefresh();
      ended.fire(outcome);
    });
    status.scheduleRefresh();
  }

  /** The id of an action of the server that the person picks; undefined when they leave the list. */
  async function choose(title: string): Promise<string | undefined> {
    const items = server.actions().map((action) => ({ id: action.id, label: action.title, description: action.id }));
    return (await window.showQuickPick(items, { title, placeHolder: 'Which action?' }))?.id;
  }

  async function preview(chosen?: object): Promise<void> {
    const action = chosen ? undefined : await choose('Flux: show what would be sent');
    const argument = chosen ?? (action && runs.here(action));
    const text = argument && (await runs.preview(argument as RunArguments));
    if (text) await showPage('What Flux would send.json', text);
  }

  const table: Record<string, Command> = {
    'flux.choose': async () => { const action = await choose('Flux: run an action'); if (action) await call('flux.run', runs.here(action)); },
    ...Object.fromEntries(contributed.map((action) => [ACTION + action, () => call('flux.run', runs.here(action))])),
    ...Object.fromEntries(Object.entries(review.commands).map(([name, command]) => [`flux.review.${name}`, command])),
    ...Object.fromEntries(Object.entries(inPlace.commands).map(([name, command]) => [`flux.inPlace.${name}`, command])),
    'flux.pickAgent': () => pickAgent(server, runs),
    'flux.setKey': () => welcome.setKey(),
    'flux.clearKey': () => server.setKey(undefined),
    'flux.menu': () => status.menu(),
    'flux.usage': async () => showPage('Flux usage.txt', await server.cli('usage')),
    'flux.doctor': async () => showPage('Flux doctor.txt', await server.cli('doctor', ...describeWorkspace())),
    'flux.report': () => status.report(globalStorageUri.fsPath),
    'flux.log': () => server.log.show(),
    'flux.restart': () => server.start(),
    'flux.install': async () => { await installer.install(); await server.start(); },
  };
  subscriptions.push(
    server, review, inPlace, explanation, status, pages, welcome,
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(name, reportFailure(run))),
    server.started.event(listen),
    server.stopped.event(() => { runs.forgetAll(); status.showStopped(); }),
    workspace.onDidGrantWorkspaceTrust(() => server.start()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('flux.server')) void server.start();
      else if (event.affectsConfiguration('flux')) server.sendSettings();
    }),
  );
  void server.start(); // the editor need not wait: what depends on it is enabled when it runs
  return { onOutcome: ended.event };
}

/** `run`, whose failure the person is told instead of a stack trace. */
const reportFailure = <A extends unknown[]>(run: (...args: A) => unknown) => async (...args: A): Promise<unknown> => {
  try {
    return await run(...args);
  } catch (error) {
    void notify('Warning', `Flux: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
};

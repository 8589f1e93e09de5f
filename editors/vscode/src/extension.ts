// The extension's parts put together: every command, event and feature is connected here and nowhere else.
import { readFileSync } from 'node:fs';
import { commands, EventEmitter, window, workspace, type Event, type ExtensionContext } from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { askKey } from './ask';
import { Explanation } from './explain';
import { pages, showPage } from './pages';
import type { Outcome } from './protocol';
import { Review } from './review';
import { Runs } from './runs';
import { Server } from './server';
import { explicitSettings } from './settings';
import { StatusBar } from './status';

const ACTION = 'flux.action.'; // these commands are generated, one for each action of the server

/** What other extensions may use. */
export interface Api { onOutcome: Event<Outcome> }
type Command = (...args: never[]) => unknown;

export function activate(context: ExtensionContext): Api {
  const ended = new EventEmitter<Outcome>();
  const server: Server = new Server(context.secrets, middleware());
  const review = new Review((name, argument) => runs.call(name, argument));
  const explanation = new Explanation(readFileSync(context.asAbsolutePath('media/explanation.html'), 'utf8'));
  const runs: Runs = new Runs(context, server, review, explanation);
  const status: StatusBar = new StatusBar(context, server, () => runs.last);
  const actions = contributed(context).filter((name) => name.startsWith(ACTION)).map((name) => name.slice(ACTION.length));

  function middleware(): Middleware {
    return {
      executeCommand: (name, args: object[]) => (name === 'flux.preview' ? preview(args[0]) : runs.call(name, args[0])),
      handleWorkDoneProgress: (token, value) => {
        runs.progress(token, value);
        if (value.kind !== 'report') status.changed();
      },
      workspace: {
        configuration: ({ items }) => items.map(({ section, scopeUri }) => {
          const scope = scopeUri ? server.client?.protocol2CodeConverter.asUri(scopeUri) : undefined;
          return section === 'flux' ? explicitSettings(scope) : null;
        }),
      },
    };
  }

  function listen(client: LanguageClient): void {
    client.onNotification('flux/delta', ({ run, text }: { run: string; text: string }) => explanation.delta(run, text));
    client.onNotification('flux/outcome', (outcome: Outcome) => {
      runs.outcome(outcome);
      status.changed();
      ended.fire(outcome);
    });
    status.changed();
  }

  async function preview(given: object | undefined): Promise<void> {
    const argument = given ?? (await runs.choose(actions));
    const shown = argument && (await runs.call('flux.preview', argument));
    if (shown) await showPage('What Flux would send.json', JSON.stringify(shown, null, 2));
  }

  const table: Record<string, Command> = {
    ...Object.fromEntries(actions.map((action) => [ACTION + action, () => runs.act(action)])),
    'flux.review.accept': review.accept,
    'flux.review.acceptHunk': review.acceptHunk,
    'flux.review.rejectHunk': review.rejectHunk,
    'flux.review.reject': review.reject,
    'flux.review.retry': review.retry,
    'flux.setKey': async () => { const key = await askKey(); if (key) await server.setKey(key); },
    'flux.clearKey': () => server.setKey(undefined),
    'flux.menu': () => status.menu(),
    'flux.usage': async () => showPage('Flux usage.txt', await server.cli('usage')),
    'flux.doctor': async () => showPage('Flux doctor.txt', await server.cli('doctor')),
    'flux.report': () => status.report(),
    'flux.log': () => server.log.show(),
    'flux.restart': () => server.start(),
  };
  context.subscriptions.push(
    server, review, explanation, status, pages,
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(name, said(run))),
    server.started.event(listen),
    server.stopped.event(() => { runs.gone(); status.stopped(); }),
    workspace.onDidGrantWorkspaceTrust(() => server.start()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('flux.server')) void server.start();
      else if (event.affectsConfiguration('flux')) server.configured(explicitSettings());
    }),
  );
  void server.start(); // the editor need not wait: what depends on it is enabled when it runs
  return { onOutcome: ended.event };
}

/** `run`, whose failure the person is told instead of a stack trace. */
const said = (run: Command) => async (...args: never[]): Promise<unknown> => {
  try {
    return await run(...args);
  } catch (error) {
    void window.showErrorMessage(`Flux: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
};

function contributed(context: ExtensionContext): string[] {
  const { contributes } = context.extension.packageJSON as { contributes: { commands: { command: string }[] } };
  return contributes.commands.map(({ command }) => command);
}

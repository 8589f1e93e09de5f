// What the editor's other language servers know about a place, for the server; who answers late is not waited for.
import { commands, type Location, type LocationLink } from 'vscode';
import type { Question, RelatedPlace } from './protocol';
import type { Server } from './server';

const LATEST = 300; // milliseconds
const PROVIDERS: Record<string, string> = {
  'textDocument/definition': 'vscode.executeDefinitionProvider',
  'textDocument/typeDefinition': 'vscode.executeTypeDefinitionProvider',
};

/** The places that answer the questions of the server about a run; nothing where nobody knows. */
export async function findRelated(server: Server, argument: { uri?: string }): Promise<RelatedPlace[]> {
  const places: RelatedPlace[] = [];
  const timeout = new Promise<void>((end) => { setTimeout(end, LATEST); });
  await Promise.race([timeout, ask(server, argument, places)]).catch((error: unknown) => server.log.debug(`no related places: ${String(error)}`));
  return [...places]; // what comes later is left out
}

async function ask(server: Server, argument: { uri?: string }, places: RelatedPlace[]): Promise<void> {
  const { questions } = await server.command<{ questions: Question[] }>('flux.related', argument);
  const { code2ProtocolConverter: to, protocol2CodeConverter: from } = server.running();
  await Promise.allSettled(questions.map(async ({ method, position, why }) => {
    const provider = PROVIDERS[method];
    if (!provider || !argument.uri) return;
    const answers = await commands.executeCommand<(Location | LocationLink)[]>(provider, from.asUri(argument.uri), from.asPosition(position));
    for (const answer of answers ?? []) {
      const [uri, range] = 'targetUri' in answer ? [answer.targetUri, answer.targetRange] : [answer.uri, answer.range];
      places.push({ uri: to.asUri(uri), range: to.asRange(range), why });
    }
  }));
}

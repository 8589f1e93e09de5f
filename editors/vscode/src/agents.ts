// The list of agents: those that fit the place first, each with what it does, gives and costs.
import { window } from 'vscode';
import type { Agent } from './protocol';
import type { Runs } from './runs';
import type { Server } from './server';

const BRIEF = 'What should it do? (Enter alone: what its brief says)';
const GIVES = { edit: 'edits', tests: 'writes tests', answer: 'answers', findings: 'reports findings' };

/** Lets the person pick an agent for the selection, says what it should do, and runs it. */
export async function pickAgent(server: Server, runs: Runs): Promise<void> {
  const { uri, range } = runs.here('');
  const { agents } = await server.command<{ agents: Agent[] }>('flux.agents', { uri, range });
  const items = agents.map((agent) => ({ agent, label: agent.id, description: describe(agent), detail: agent.title }));
  const options = { title: 'Flux: ask an agent', placeHolder: 'Which agent?', matchOnDescription: true, matchOnDetail: true };
  const chosen = await window.showQuickPick(items, options);
  if (chosen) await runs.ask(runs.here(`agent:${chosen.agent.id}`), `Flux: ${chosen.agent.id}`, chosen.agent.hint || BRIEF);
}

const describe = ({ returns, tier, usd }: Agent): string =>
  [GIVES[returns], tier, ...(usd === null ? [] : [`about $${usd.toFixed(4)}`])].join(' · ');

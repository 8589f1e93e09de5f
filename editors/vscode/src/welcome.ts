// The first minutes: the key is asked for and tried, or Flux goes on without one; the steps of the walkthrough tick.
import { commands, ConfigurationTarget, ProgressLocation, window, workspace, type Disposable, type Memento } from 'vscode';
import { askKey } from './ask';
import { notify } from './notify';
import type { Outcome, Status } from './protocol';
import type { Server } from './server';
import { toEditorName } from './settings';

const GREETED = 'greeted';
const EDITED = 'edited';
const SEEN_AFTER = 500; // milliseconds, in which the editor has taken in a tab or a context
const WALKTHROUGH = 'flux-lsp.flux-lsp#start';

export class Welcome implements Disposable {
  private readonly done = new Set<string>();
  private readonly listener = window.tabGroups.onDidChangeTabs(({ opened }) => {
    if (opened.length) setTimeout(() => this.showDone(), SEEN_AFTER);
  });

  constructor(private readonly memory: Memento, private readonly server: Server) {
    if (memory.get(EDITED)) this.done.add(EDITED);
  }

  dispose(): void {
    this.listener.dispose();
  }

  /** What the server says of itself: without a key the person is told once, and what they can do. */
  async greet({ ready, without_key: settings }: Status): Promise<void> {
    this.tick('server');
    if (ready) this.tick('key');
    if (!settings || this.memory.get(GREETED)) return;
    await this.memory.update(GREETED, true);
    await notify('Information', 'Flux needs an Anthropic API key for Claude. Built-in rules explain, document and test code without one.', {
      'Set key': () => this.setKey(),
      'Use the offline rules': async () => {
        for (const [key, value] of Object.entries(settings)) await workspace.getConfiguration('flux').update(toEditorName(key), value, ConfigurationTarget.Global);
      },
      'How it works': () => commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH),
    });
  }

  /** Ask for the key until one is accepted, or kept all the same. */
  async setKey(): Promise<void> {
    const key = await askKey();
    if (!key) return;
    const fault = await window.withProgress({ location: ProgressLocation.Notification, title: 'Flux: trying the key' }, () => this.server.checkKey(key));
    const keep = (): Promise<void> => this.server.setKey(key);
    if (!fault) return keep();
    await notify('Warning', `Flux: ${fault}`, { 'Enter it again': () => this.setKey(), 'Keep it all the same': keep });
  }

  noteOutcome({ status }: Outcome): void {
    if (status !== 'applied' || this.memory.get(EDITED)) return;
    this.tick(EDITED);
    void this.memory.update(EDITED, true);
  }

  /** A step of the walkthrough is done. */
  private tick(step: string): void {
    if (this.done.has(step)) return;
    this.done.add(step);
    this.showDone();
  }

  /** The editor ticks a step when its context becomes true while the walkthrough is there; one that was true before never counts. */
  private showDone(): void {
    const set = (value: boolean): void => this.done.forEach((step) => void commands.executeCommand('setContext', `flux.done.${step}`, value));
    set(true);
    setTimeout(() => set(false), SEEN_AFTER);
  }
}

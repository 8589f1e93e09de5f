// The first minutes: the key is asked for and tried, or Flux goes on without one; the steps of the walkthrough tick.
import { commands, ConfigurationTarget, ProgressLocation, window, workspace, type Disposable, type Memento } from 'vscode';
import { askKey } from './ask';
import { notify } from './notify';
import type { Outcome, Status } from './protocol';
import type { Server } from './server';
import { toEditorName } from './settings';

const GREETED = 'greeted';
const EDITED = 'edited';
const PULSE = 500; // milliseconds, in which the editor has taken in a context
const PULSES = 40; // a slow machine takes seconds to open the walkthrough
const WALKTHROUGH = 'flux-lsp.flux-lsp#start';

export class Welcome implements Disposable {
  private readonly done = new Set<string>();
  private pulses = 0; // that are left
  private readonly listener = window.tabGroups.onDidChangeTabs(({ opened }) => {
    if (opened.some(({ input }) => !input)) this.showDone(); // a page of the editor's own, such as the walkthrough
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

  /**
   * The editor ticks a step when a context becomes true after the step is known; one that was true at that moment
   * never counts again, and nothing tells when it is. So each step has two, and they take turns for a while.
   */
  private showDone(): void {
    const isRunning = this.pulses > 0;
    this.pulses = PULSES;
    if (!isRunning) this.pulse();
  }

  private pulse(): void {
    const turn = this.pulses % 2 ? 'odd' : 'even';
    this.done.forEach((step) => void commands.executeCommand('setContext', `flux.done.${step}`, turn));
    this.pulses -= 1;
    if (this.pulses > 0) setTimeout(() => this.pulse(), PULSE);
  }
}

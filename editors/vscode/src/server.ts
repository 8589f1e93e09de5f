// The life of the server process: found, started, restarted with back-off, talked to; knows nothing of what its commands mean.
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { commands, env as editor, EventEmitter, window, type Disposable, type SecretStorage } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State, type Middleware, type StaticFeature } from 'vscode-languageclient/node';
import { findServer, type Program } from './find';
import { notify } from './notify';
import type { Action } from './protocol';
import { initializationOptions, readUserSettings } from './settings';

const KEY = 'anthropic-api-key';
const LONGEST_WAIT = 60; // seconds between two starts, and how long a start must last to count as a good one
const TOO_OFTEN = 3; // failures in a row after which the person is told
const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell'];

/** Says to the server that we understand `flux/outcome` and `flux/delta`. */
const understands: StaticFeature = {
  fillClientCapabilities: (capabilities) => { capabilities.experimental = { flux: { outcome: true, delta: true, setKey: 'flux.setKey', pickAgent: 'flux.pickAgent' } }; },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

export class Server implements Disposable {
  readonly log = window.createOutputChannel('Flux', { log: true });
  readonly started = new EventEmitter<LanguageClient>();
  readonly stopped = new EventEmitter<void>();
  client: LanguageClient | undefined;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private launch = 0; // the newest launch wins: an older one that is still on its way gives up

  constructor(private readonly secrets: SecretStorage, private readonly middleware: Middleware) {}

  /** Start, or start again: with the program, key, trust and settings as they are now. */
  async start(): Promise<void> {
    const launch = ++this.launch;
    await this.stop();
    const program = findServer();
    if (!program) return this.explainInstallation();
    this.log.info(`starting ${[program.command, ...program.args].join(' ')} (from ${program.from})`);
    const client = this.makeClient(program, await this.environment(), launch);
    if (launch !== this.launch) return;
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.log.error(`the server did not start: ${String(error)}`);
      return this.scheduleStart(launch);
    }
    if (launch !== this.launch) return void client.dispose();
    this.timer = setTimeout(() => { this.failures = 0; }, LONGEST_WAIT * 1000);
    void commands.executeCommand('setContext', 'flux.running', true);
    this.started.fire(client);
  }

  /** The client of a server that can be asked now. */
  running(): LanguageClient {
    if (this.client?.state !== State.Running) throw new Error('the server is not running: see “Flux: Show the log”');
    return this.client;
  }

  /** The actions of the server, in menu order; none before it runs. */
  actions(): Action[] {
    const experimental = this.client?.initializeResult?.capabilities.experimental as { flux?: { action_details?: Action[] } } | undefined;
    return experimental?.flux?.action_details ?? [];
  }

  /** One of the server's commands; rejects with the server's own sentence. */
  async command<T>(name: string, argument: object = {}): Promise<T> {
    return this.running().sendRequest<T>('workspace/executeCommand', { command: name, arguments: [argument] });
  }

  /** What the server's command line prints for `args`. */
  async cli(...args: string[]): Promise<string> {
    return this.run(args, await this.environment());
  }

  private async run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
    const program = findServer();
    if (!program) throw new Error('flux-lsp is not installed');
    const options = { cwd: homedir(), env, maxBuffer: 1 << 24 };
    return new Promise((resolve, reject) => {
      execFile(program.command, [...program.args, ...args], options, (error, stdout, stderr) =>
        error && !stdout ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout));
    });
  }

  /** The settings changed: a server that runs asks for them. */
  sendSettings(): void {
    if (this.client?.state === State.Running) void this.client.sendNotification('workspace/didChangeConfiguration', { settings: null, userSettings: readUserSettings() });
  }

  /** Why a key cannot be used, as the provider says; undefined when it can. */
  async checkKey(key: string): Promise<string | undefined> {
    const answer = JSON.parse(await this.run(['models', '--check', '--json'], withKey(key))) as { fault: string | null };
    return answer.fault ?? undefined;
  }

  async setKey(key: string | undefined): Promise<void> {
    await (key ? this.secrets.store(KEY, key) : this.secrets.delete(KEY));
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.markStopped();
    await client?.dispose().catch((error: unknown) => this.log.debug(`while stopping: ${String(error)}`));
  }

  dispose(): Promise<void> {
    this.launch++;
    return this.stop();
  }

  private async environment(): Promise<NodeJS.ProcessEnv> {
    const key = await this.secrets.get(KEY);
    return key || !process.env['ANTHROPIC_API_KEY'] ? withKey(key) : { ...process.env };
  }

  private makeClient({ command, args }: Program, env: NodeJS.ProcessEnv, launch: number): LanguageClient {
    // Not in the workspace: a Python started there would import the workspace's own modules.
    const client = new LanguageClient('flux', 'Flux', { command, args, options: { cwd: homedir(), env } }, {
      documentSelector: SCHEMES.map((scheme) => ({ scheme, language: '*' })),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.scheduleStart(launch);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: this.middleware,
    });
    client.registerFeature(understands);
    return client;
  }

  private markStopped(): void {
    clearTimeout(this.timer);
    void commands.executeCommand('setContext', 'flux.running', false);
    this.stopped.fire();
  }

  /** After a failure: wait longer each time, then start. */
  private scheduleStart(launch: number): void {
    if (launch !== this.launch) return;
    this.launch++; // a failed start is told twice: by the connection and by the start itself
    this.markStopped();
    const wait = Math.min(2 ** this.failures++, LONGEST_WAIT);
    this.log.warn(`the server is gone; starting it again in ${wait} s`);
    this.timer = setTimeout(() => void this.start(), wait * 1000);
    if (this.failures === TOO_OFTEN) void notify('Error', 'Flux: the server keeps stopping.', { 'Show the log': () => this.log.show(), 'Open settings': openSetting });
  }

  private explainInstallation(): Promise<void> {
    this.log.warn('flux-lsp was found neither in a virtual environment nor on PATH, nor by pipx or uv');
    return notify('Warning', 'Flux needs its server, the Python program flux-lsp. Let Flux install it, or run “uv tool install flux-lsp” yourself.', {
      'Install the server': () => commands.executeCommand('flux.install'),
      'Copy the command': () => this.copyCommand('uv tool install flux-lsp'),
      'Choose…': openSetting,
      'Look again': () => this.start(),
    });
  }

  private async copyCommand(line: string): Promise<void> {
    await editor.clipboard.writeText(line);
    await notify('Information', 'Flux: run the copied command in a terminal, then:', { 'Look again': () => this.start() });
  }
}

/** The environment of a server whose key we keep. */
const withKey = (key: string | undefined): NodeJS.ProcessEnv => ({ ...process.env, FLUX_KEY_SOURCE: 'the editor’s secret storage', ...(key ? { ANTHROPIC_API_KEY: key } : {}) });
const openSetting = (): unknown => commands.executeCommand('workbench.action.openSettings', 'flux.server.command');

// The life of the server process: found, started, restarted with back-off, talked to; knows nothing of what its commands mean.
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { commands, env, EventEmitter, window, workspace, type Disposable, type SecretStorage } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State, type Middleware, type StaticFeature } from 'vscode-languageclient/node';
import { findServer, type Program } from './find';
import { explicitSettings } from './settings';

const KEY = 'anthropic-api-key';
const LONGEST_WAIT = 60; // seconds between two starts, and how long a start must last to count as a good one
const TOO_OFTEN = 3; // failures in a row after which the person is told
export const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell'];

/** Says to the server that we understand `flux/outcome` and `flux/delta`. */
const understands: StaticFeature = {
  fillClientCapabilities: (capabilities) => { capabilities.experimental = { flux: { outcome: true, delta: true } }; },
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
    if (!program) return this.help();
    this.log.info(`starting ${[program.command, ...program.args].join(' ')} (from ${program.from})`);
    const client = await this.makeClient(program, launch);
    if (launch !== this.launch) return;
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.log.error(`the server did not start: ${String(error)}`);
      return this.again(launch);
    }
    if (launch !== this.launch) return void client.dispose();
    this.timer = setTimeout(() => { this.failures = 0; }, LONGEST_WAIT * 1000);
    void commands.executeCommand('setContext', 'flux.running', true);
    this.started.fire(client);
  }

  /** One of the server's commands; rejects with the server's own sentence. */
  async command<T>(name: string, argument: object = {}): Promise<T> {
    if (this.client?.state !== State.Running) throw new Error('The Flux server is not running: see “Flux: Show the log”');
    return this.client.sendRequest<T>('workspace/executeCommand', { command: name, arguments: [argument] });
  }

  /** What the server's command line prints for `args`. */
  async cli(...args: string[]): Promise<string> {
    const program = findServer();
    if (!program) throw new Error('flux-lsp is not installed');
    const options = { cwd: homedir(), env: await this.environment(), maxBuffer: 1 << 24 };
    return new Promise((resolve, reject) => {
      execFile(program.command, [...program.args, ...args], options, (error, stdout, stderr) =>
        error && !stdout ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout));
    });
  }

  /** The settings changed while the server runs. */
  configured(flux: object): void {
    if (this.client?.state === State.Running) void this.client.sendNotification('workspace/didChangeConfiguration', { settings: { flux } });
  }

  async setKey(key: string | undefined): Promise<void> {
    await (key ? this.secrets.store(KEY, key) : this.secrets.delete(KEY));
    await this.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    void commands.executeCommand('setContext', 'flux.running', false);
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    this.stopped.fire();
    await client.dispose().catch((error: unknown) => this.log.debug(`while stopping: ${String(error)}`));
  }

  dispose(): Promise<void> {
    this.launch++;
    return this.stop();
  }

  private async environment(): Promise<NodeJS.ProcessEnv> {
    const key = await this.secrets.get(KEY);
    void commands.executeCommand('setContext', 'flux.hasKey', key !== undefined);
    return key ? { ...process.env, ANTHROPIC_API_KEY: key } : { ...process.env };
  }

  private async makeClient(program: Program, launch: number): Promise<LanguageClient> {
    // Not in the workspace: a Python started there would import the workspace's own modules.
    const options = { cwd: homedir(), env: await this.environment() };
    const client = new LanguageClient('flux', 'Flux', { command: program.command, args: program.args, options }, {
      documentSelector: SCHEMES.map((scheme) => ({ scheme, language: '*' })),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => ({ settings: { flux: explicitSettings() }, workspaceTrusted: workspace.isTrusted }),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.again(launch);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: this.middleware,
    });
    client.registerFeature(understands);
    return client;
  }

  /** After a failure: wait longer each time, then start. */
  private again(launch: number): void {
    if (launch !== this.launch) return;
    clearTimeout(this.timer);
    void commands.executeCommand('setContext', 'flux.running', false);
    this.stopped.fire();
    const wait = Math.min(2 ** this.failures++, LONGEST_WAIT);
    this.log.warn(`the server is gone; starting it again in ${wait} s`);
    this.timer = setTimeout(() => void this.start(), wait * 1000);
    if (this.failures === TOO_OFTEN) void this.complain();
  }

  private async complain(): Promise<void> {
    const chosen = await window.showErrorMessage('Flux: the server keeps stopping.', 'Show the log', 'Open settings');
    if (chosen === 'Show the log') this.log.show();
    if (chosen === 'Open settings') void commands.executeCommand('workbench.action.openSettings', 'flux.server.command');
  }

  private async help(): Promise<void> {
    this.log.warn('flux-lsp was found neither in a virtual environment nor on PATH, nor by pipx or uv');
    const chosen = await window.showWarningMessage(
      'Flux needs its server, the Python program flux-lsp. Install it with “uv tool install flux-lsp” or “pipx install flux-lsp”.',
      'Copy (uv)', 'Copy (pipx)', 'Choose…', 'Look again');
    if (chosen === 'Copy (uv)') void env.clipboard.writeText('uv tool install flux-lsp');
    if (chosen === 'Copy (pipx)') void env.clipboard.writeText('pipx install flux-lsp');
    if (chosen === 'Choose…') void commands.executeCommand('workbench.action.openSettings', 'flux.server.command');
    if (chosen?.startsWith('Copy')) void this.lookAgain();
    if (chosen === 'Look again') void this.start();
  }

  private async lookAgain(): Promise<void> {
    if (await window.showInformationMessage('Flux: run the copied command in a terminal, then:', 'Look again')) void this.start();
  }
}

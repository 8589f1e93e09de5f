// Installs the server after one click: by pipx or uv where one of them works, else into an environment of the extension's own; never unasked.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ProgressLocation, window, type LogOutputChannel } from 'vscode';

const windows = process.platform === 'win32';
const scripts = windows ? 'Scripts' : 'bin';
const PYTHONS = windows ? ['py', 'python'] : ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
const NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 11))';
const LONGEST = 600_000; // ms that one step may take

let home = ''; // where the extension keeps its own environment

/** The folder of the programs in the extension's own environment. */
export const ownPrograms = (): string => (home ? join(home, 'server', scripts) : '');

export class Installer {
  private readonly source: string;

  /** `storage` is the extension's own folder; `bundle` may hold the wheel that the extension was built with. */
  constructor(storage: string, bundle: string, version: string, private readonly log: LogOutputChannel) {
    home = storage;
    const wheel = existsSync(bundle) ? readdirSync(bundle).find((name) => name.endsWith('.whl')) : undefined;
    this.source = wheel ? join(bundle, wheel) : `flux-lsp==${version}`;
  }

  /** Install the server; rejects with a sentence when nothing here can. */
  async install(): Promise<void> {
    await window.withProgress({ location: ProgressLocation.Notification, title: 'Flux: installing the server' }, async (progress) => {
      const tried: string[] = [];
      for (const { name, run } of this.ways()) {
        progress.report({ message: `with ${name}…` });
        try {
          return await run();
        } catch (error) {
          tried.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
          this.log.info(`not installed with ${tried.at(-1)}`);
        }
      }
      throw new Error(`the server could not be installed. It needs Python 3.11 or newer, with venv or with pipx or uv (${tried.join('; ')})`);
    });
  }

  private ways(): { name: string; run: () => Promise<void> }[] {
    return [
      { name: 'pipx', run: () => this.execute('pipx', 'install', '--force', this.source) },
      { name: 'uv', run: () => this.execute('uv', 'tool', 'install', '--force', this.source) },
      { name: 'Python’s venv', run: () => this.makeEnvironment() },
    ];
  }

  private async makeEnvironment(): Promise<void> {
    const python = await this.findPython();
    await this.execute(python, '-m', 'venv', join(home, 'server'));
    await this.execute(join(ownPrograms(), 'python'), '-m', 'pip', 'install', '--disable-pip-version-check', '--upgrade', this.source);
  }

  private async findPython(): Promise<string> {
    for (const python of PYTHONS) {
      if (await this.execute(python, '-c', NEW_ENOUGH).then(() => true, () => false)) return python;
    }
    throw new Error('no Python 3.11 or newer was found');
  }

  /** Runs a program in the home folder: a Python started in the workspace would import the workspace's modules. */
  private execute(program: string, ...args: string[]): Promise<void> {
    this.log.info(`running ${[program, ...args].join(' ')}`);
    return new Promise((resolve, reject) => {
      execFile(program, args, { cwd: homedir(), timeout: LONGEST, maxBuffer: 1 << 24 }, (error, _stdout, stderr) =>
        error ? reject(new Error(stderr.trim().split('\n').at(-1) || error.message)) : resolve());
    });
  }
}

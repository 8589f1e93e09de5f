// The shapes Flux adds to LSP, as the server sends them; nothing here does anything.
import type { Range } from 'vscode-languageclient';

export interface RunArguments {
  action: string;
  uri: string;
  range: Range;
  version?: number;
  instruction?: string;
  diagnostics?: unknown[];
  [more: string]: unknown;
}

/** Lines `first` to `last` of `before` become lines `new_first` to `new_last` of `after`, which are `text`; 1-based. */
export interface Hunk { index: number; first: number; last: number; new_first: number; new_last: number; text: string }
export interface ProposedFile { uri: string; path: string; before: string | null; after: string; hunks: Hunk[] }
export interface Proposal { run: string; files: ProposedFile[] }
export interface Decided { run: string; open: number; accepted?: number[]; rejected?: number[] }

export interface Outcome {
  run: string;
  action: string;
  status: 'applied' | 'answered' | 'proposed' | 'refused' | 'failed' | 'cancelled';
  error: { code: string; message: string; hint: string } | null;
  attempts: { tier: string; model: string }[];
  model: string | null;
  usd: number | null;
  summary: string;
  proposal?: Proposal;
  text?: string; // of an explanation, with its title
  title?: string;
}

export interface Status {
  running: { run: string; action: string; uri: string; state: string }[];
  why_not: string | null; // why nothing can run now and what to do
  models: Record<string, { model: string | null; reason: string }>; // by tier
  spent: { day_usd?: number | null; error?: string };
  budget: { per_day_usd?: number | null };
}

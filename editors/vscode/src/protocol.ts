// The shapes Flux adds to LSP, as the server sends them; nothing here does anything.
import type { Position, Range } from 'vscode-languageclient';

/** What the server says of one of its actions when it starts. `hint` stands in the box that asks for words. */
export interface Action { id: string; title: string; needs_instruction: boolean; hint: string; returns: 'edit' | 'tests' | 'answer' | 'findings' }

/** An agent that is offered at a place; `usd` is about what a run would cost, null where nobody knows. */
export interface Agent { id: string; title: string; returns: Action['returns']; tier: string; usd: number | null; hint: string }

export interface RunArguments { action: string; uri: string; range: Range; version?: number; diagnostics?: unknown[] }

/** An LSP request to the other language servers of the editor; `why` goes back with each answer. */
export interface Question { method: string; position: Position; why: string }
export interface RelatedPlace { uri: string; range: Range; why: string }

/** Lines `first` to `last` of `before` become lines `new_first` to `new_last` of `after`, which are `text`; 1-based. */
export interface Hunk {
  index: number;
  first: number;
  last: number;
  new_first: number;
  new_last: number;
  text: string;
  label: string; // which one it is, and whether somebody typed over it
}
export interface ProposedFile { uri: string; path: string; title: string; before: string | null; after: string; hunks: Hunk[] }
export interface Proposal { run: string; in_place: boolean; files: ProposedFile[] } // to be shown in the code itself, if the person wants that
/** `proposal` is what is left, on the text as it is then. */
export interface Decision { run: string; proposal: Proposal | null; accepted?: number[]; rejected?: number[] }

export interface Outcome {
  run: string;
  action: string;
  status: 'applied' | 'answered' | 'proposed' | 'refused' | 'failed' | 'cancelled';
  error: { code: string; message: string; hint: string } | null;
  summary: string;
  proposal?: Proposal;
  edit?: Proposal; // what was applied without a question
  other_tier?: string; // may answer where this one is busy
  text?: string; // of an answer, with its title and who wrote it for how much
  title?: string;
  by?: string;
}

export interface Status {
  running: { run: string; title: string; state: string }[];
  proposals: { run: string; action: string; open: number }[];
  ready: boolean;
  why_not: string | null; // why nothing can run now and what to do
  without_key: Record<string, unknown> | null; // where a key is missing: the settings that make Flux work without one
  line: string; // for the status bar, and in Markdown what is behind it
  details: string;
}

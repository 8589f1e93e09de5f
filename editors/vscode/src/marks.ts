// The places of changes in a document while people type around them; knows nothing of how they are shown.
import { Position, Range, type TextDocument, type TextDocumentContentChangeEvent } from 'vscode';
import type { Hunk, Proposal, ProposedFile } from './protocol';

/** One change in a document: 0-based lines `first` to `last`, `last` before `first` where there are none. */
export interface Mark {
  run: string;
  uri: string;
  isWaiting: boolean; // for a yes; else it was made already
  hunk: Hunk;
  of: Proposal;
  old: string; // the lines before the change
  first: number;
  last: number;
}

/** A mark for each change, at the lines that it takes now. */
export const makeMarks = (proposal: Proposal, isWaiting: boolean): Mark[] => proposal.files.flatMap((file) =>
  file.hunks.map((hunk) => ({
    run: proposal.run, uri: file.uri, isWaiting, hunk, of: proposal, old: readOld(file, hunk),
    ...(isWaiting ? { first: hunk.first - 1, last: hunk.last - 1 } : { first: hunk.new_first - 1, last: hunk.new_last - 1 }),
  })));

const readOld = ({ before }: ProposedFile, { first, last }: Hunk): string =>
  (before ?? '').split(/(?<=\n)/).slice(first - 1, last).join('');

/** The mark after typing; undefined when its own lines were typed over. */
export function moveMark(mark: Mark, changes: readonly TextDocumentContentChangeEvent[]): Mark | undefined {
  let { first, last } = mark;
  for (const { range, text } of changes) { // each is told on the text that the ones before it have made
    const grown = text.split('\n').length - 1 - (range.end.line - range.start.line);
    const isAbove = range.end.line < first || (range.end.line === first && range.end.character === 0 && (text === '' || text.endsWith('\n')));
    if (isAbove) [first, last] = [first + grown, last + grown];
    else if (range.start.line <= Math.max(last, first)) return undefined;
  }
  return { ...mark, first, last };
}

/** The lines of a mark, or of the place where lines went away. */
export function getRange({ first, last }: Mark, document?: TextDocument): Range {
  const line = Math.max(0, last < first ? first - 1 : first);
  const end = Math.max(line, last);
  return new Range(new Position(line, 0), new Position(end, document && end < document.lineCount ? document.lineAt(end).text.length : 0));
}

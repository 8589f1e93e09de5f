// Where the hunks of a proposal stand on either side of its diff; pure, and sure of it or silent.
import type { Hunk, ProposedFile } from './protocol';

export type Side = 'before' | 'after';
/** A hunk with its 0-based lines on one side. */
export interface Placed extends Hunk { start: number; count: number }

/** The hunks with their lines on one side. */
export function placed(file: ProposedFile, side: Side): Placed[] {
  const found = side === 'after' ? newLines(file) : undefined;
  return file.hunks.map((hunk, number) => {
    const [start, count] = found?.[number] ?? [hunk.first - 1, hunk.last - hunk.first + 1];
    return { ...hunk, start, count };
  });
}

/** [start, count] of each hunk's lines in `after`, found by the lines between hunks, which are the same on both sides. */
function newLines({ before, after, hunks }: ProposedFile): [number, number][] | undefined {
  const [old, now] = [(before ?? '').split('\n'), after.split('\n')];
  const from = (number: number, o: number, n: number): [number, number][] | undefined => {
    const hunk = hunks[number];
    const between = old.slice(o, hunk ? hunk.first - 1 : old.length);
    const start = n + between.length;
    if (between.some((line, at) => line !== now[n + at])) return undefined;
    if (!hunk) return start === now.length ? [] : undefined;
    const added = hunk.text.split('\n').length - 1; // of its old lines, none to all are still there
    for (let count = added; count <= added + hunk.last - hunk.first + 1; count++) {
      const rest = from(number + 1, hunk.last, start + count);
      if (rest) return [[start, count], ...rest];
    }
    return undefined;
  };
  return from(0, 0, 0);
}

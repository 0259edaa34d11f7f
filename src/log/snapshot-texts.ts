/**
 * Texts of a snapshot's segment into a column: what the block of a row's birth says stands where the segment does not say
 * otherwise. Whole thousands of rows go over as bytes; what cannot be bytes goes row by row.
 */
import type { BlockId } from '#domain/ids';
import type { BlockTexts } from './block-texts.ts';
import type { ParsedSegment, ParsedTexts } from './snapshot-parse.ts';
import { isShort, RUN_ROWS, type Texts } from './texts.ts';
import { readText } from './texts-run.ts';
import { createTextsWriter, type TextsWriter } from './texts-writer.ts';

type Source = ReturnType<BlockTexts['cells']['get']>;
/** Takes the texts of rows one after the other. */
type Into = Pick<TextsWriter, 'add' | 'addUtf8' | 'addNone'>;

export type FillTexts = (
  texts: Texts,
  first: number,
  segment: Pick<ParsedSegment, 'count' | 'runs'>,
  said: Pick<ParsedTexts, 'places' | 'own'>,
  sourceOf: (block: BlockId) => Source,
) => void;

export function createTextsFiller(): FillTexts {
  const writer = createTextsWriter(RUN_ROWS);
  return (texts, first, segment, said, sourceOf) => {
    const rows = rowsOf(segment, said, sourceOf);
    if (first % RUN_ROWS !== 0 || !said.own.every(isShort) || !rows.isBytes) {
      rows.copy(intoRows(texts, first), segment.count);
      return;
    }
    for (let row = 0; row < segment.count; row += RUN_ROWS) {
      rows.copy(writer, Math.min(row + RUN_ROWS, segment.count));
      texts.take((first + row) / RUN_ROWS, writer);
    }
  };
}

/** From the segment's first row on: `copy` goes on to before `end`. */
function rowsOf(
  { runs }: Pick<ParsedSegment, 'runs'>,
  { places, own }: Pick<ParsedTexts, 'places' | 'own'>,
  sourceOf: (block: BlockId) => Source,
) {
  const sources = runs.map(({ block }) => sourceOf(block.id));
  let row = 0;
  let runAt = 0;
  let ownAt = 0;

  function copyRun(into: Into, end: number): void {
    let run = runs[runAt];
    while (run && run.row + run.count <= row) run = runs[(runAt += 1)];
    const from = Math.min(run?.row ?? end, end);
    if (!run || from > row) {
      into.addNone(from - row);
      row = from;
      return;
    }
    const to = Math.min(run.row + run.count, end);
    const source = sources[runAt];
    const index = run.index + row - run.row;
    if (!source) into.addNone(to - row);
    else if ('bytes' in source) into.addUtf8(source, index, to - row);
    else for (let at = index; at < index + to - row; at += 1) into.add(source[at]);
    row = to;
  }

  return {
    isBytes: sources.every((source) => !source || 'bytes' in source),
    copy(into: Into, end: number): void {
      while (row < end) {
        const place = places[ownAt] ?? end;
        if (row < place) copyRun(into, Math.min(place, end));
        else {
          into.add(own[ownAt] ?? undefined);
          ownAt += 1;
          row += 1;
        }
      }
    },
  };
}

function intoRows(texts: Texts, first: number): Into {
  let row = first;
  const add = (text: string | undefined) => {
    texts.set(row, text);
    row += 1;
  };
  return {
    add,
    addUtf8({ bytes, starts }, index, count) {
      for (let at = index; at < index + count; at += 1)
        add(readText(bytes, starts[at] as number, starts[at + 1] as number));
    },
    addNone(count) {
      row += count;
    },
  };
}

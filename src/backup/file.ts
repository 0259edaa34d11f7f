/**
 * A backup as sections of meaning: written from what a device holds, read from a file that may be anybody's. Reading
 * trusts nothing and writes nothing; what it hands over is whole and of the right form.
 */
import type { BlockId } from '#domain/ids';
import { deflate, hashOf, inflate } from '#log/deflate';
import { logName } from '#protocol/log';
import * as v from 'valibot';
import { headOf, jsonOfRows, rowsOf } from './rows.ts';
import { createSectionWriter, readSections, type ReadSection } from './sections.ts';
import type { BackupProblem, Section } from './types.ts';

/** JSON of one section after inflating: about one megabyte, but for a single row that is longer. */
const MOST_JSON_BYTES = 16_000_000;

/** Part after part of the file. `sections` are asked for one at a time; the head comes first. */
export async function* writeBackup(sections: AsyncIterable<Section>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const writer = createSectionWriter();
  yield writer.begin();
  for await (const section of sections) {
    if (section.kind === 'rows')
      for (const json of jsonOfRows(section)) yield writer.section('rows', await deflate(encode(json)));
    else yield writer.section(section.kind, await bytesOf(section));
  }
  yield writer.end();
}

/** Undefined where all of it was read and `visit` took it. `bytesDone` is of the file's size. */
export async function readBackup(
  file: Blob,
  visit: (section: Section, bytesDone: number) => Promise<void> | void,
): Promise<BackupProblem | undefined> {
  let isFirst = true;
  const problem = await readSections(file, async (read, bytesDone) => {
    const section = await sectionOf(read);
    if (!section || (section.kind === 'head') !== isFirst) return 'malformed';
    isFirst = false;
    await visit(section, bytesDone);
    return undefined;
  });
  return problem ?? (isFirst ? 'malformed' : undefined);
}

async function bytesOf(section: Exclude<Section, { kind: 'rows' }>): Promise<Uint8Array<ArrayBuffer>> {
  switch (section.kind) {
    case 'head':
      return deflate(encode(JSON.stringify(section.head)));
    case 'document':
      return new Uint8Array(section.update);
    case 'block': {
      const name = encode(section.id);
      const bytes = new Uint8Array(1 + name.length + section.bytes.length);
      bytes[0] = name.length;
      bytes.set(name, 1);
      bytes.set(section.bytes, 1 + name.length);
      return bytes;
    }
  }
}

async function sectionOf({ kind, bytes }: ReadSection): Promise<Section | undefined> {
  if (kind === 'document') return { kind, update: bytes };
  if (kind === 'block') {
    const end = 1 + (bytes[0] ?? 0);
    const id = new TextDecoder().decode(bytes.subarray(1, end));
    if (end > bytes.length || !v.is(logName, id)) return undefined;
    const own = bytes.slice(end);
    return { kind, id: id as BlockId, hash: await hashOf(own), bytes: own };
  }
  const inflated = await inflate(bytes, MOST_JSON_BYTES);
  const value = typeof inflated === 'string' ? undefined : parsed(inflated);
  if (kind === 'rows') return rowsOf(value);
  const head = headOf(value);
  return head && { kind, head };
}

const encode = (text: string) => new TextEncoder().encode(text);

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

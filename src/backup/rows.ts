/**
 * Rows of a device's tables as they stand in a backup: JSON, with bytes as text of one character each. What comes back
 * is judged field by field, since a page is drawn from it and requests are made of it; what a newer version added to a
 * row is kept.
 */
import * as v from 'valibot';
import { CHANNEL_TYPES } from '#domain/channel';
import { DELIVERY_STATES, FAILURE_REASONS, FAILURE_STAGES } from '#domain/delivery';
import { FUNNEL_STEPS, MESSAGE_STATES, PRIORITIES } from '#domain/message';
import { CELL_PROBLEMS, CONFLICT_RULES, ROW_OUTCOMES } from '#import/types';
import { isHashId } from '#log/contact-id';
import { parseEntry } from '#log/entry';
import { isPlain } from '#log/plain';
import { messageContent } from '#protocol/api';
import { logName } from '#protocol/log';
import type { BackupHead, BackupTables, RowsSection, TableName } from './types.ts';

/** An entry of today is four deep. */
const MOST_DEPTH = 24;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(v.number(), v.finite());
const group = v.pipe(
  v.string(),
  v.check((value) => isHashId(value)),
);
const salt = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));
const refs = v.array(
  v.looseObject({
    ...{ id: logName, hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) },
    ...{ rows: v.optional(count), sizeBytes: v.optional(count) },
  }),
);
const figuresOf = (names: readonly string[]) => v.looseObject(Object.fromEntries(names.map((name) => [name, count])));
const bytes = v.pipe(
  v.string(),
  v.regex(/^[\u0000-\u00ff]*$/),
  v.transform((value) => Uint8Array.from(value, (character) => character.charCodeAt(0))),
);

const entry = v.pipe(
  v.looseObject({
    id: logName,
    sharing: v.picklist(['pending', 'shared', 'refused']),
    entry: v.custom<BackupTables['entries']['entry']>((value) => {
      const parsed = parseEntry(value);
      const named = (parsed?.body as { blocks?: unknown } | undefined)?.blocks;
      return parsed !== undefined && v.is(logName, parsed.device) && (named === undefined || v.is(refs, named));
    }),
    writtenMs: v.optional(instant),
    offsetMs: v.optional(instant),
    refusal: v.optional(v.picklist(['form', 'time', 'blocks', 'device', 'role'])),
  }),
  v.check((row) => row.id === row.entry.id),
);

const settings = v.looseObject({
  reading: v.looseObject({}),
  fields: v.array(text(100)),
  country: text(8),
  conflicts: v.picklist(CONFLICT_RULES),
  groups: v.array(group),
  newGroups: v.array(v.looseObject({ id: group, name: text(200) })),
  consent: v.picklist(['given', 'unknown']),
  existing: v.picklist(['all', 'existingOnly']),
});
const importRow = v.looseObject({
  ...{ id: logName, fileName: text(1_000), fileSizeBytes: count, settings, startedAt: instant },
  ...{ phase: v.literal('written'), blocks: refs },
  checkpoint: v.looseObject({
    ...{ rowsDone: count, byteOffset: count, chunks: count },
    figures: figuresOf([...ROW_OUTCOMES, 'rows', 'suppressed']),
  }),
});
const chunk = v.looseObject({
  ...{ importId: logName, index: count, byteStart: count, byteEnd: count, firstRow: count },
  ...{ outcomes: bytes, suppressed: bytes },
  problems: v.array(
    v.looseObject({ row: count, column: text(10_000), value: text(100_000), problem: v.picklist(CELL_PROBLEMS) }),
  ),
});

const message = {
  ...{ id: logName, channel: text(100), channelType: v.picklist(CHANNEL_TYPES), content: messageContent },
  ...{ audience: v.looseObject({ groups: v.array(group) }), priority: v.picklist(PRIORITIES), createdAt: instant },
};
const messageRow = v.looseObject({
  ...{ ...message, state: v.picklist(MESSAGE_STATES), funnel: figuresOf(FUNNEL_STEPS), blocks: refs },
  ...{ figures: figuresOf(['queued', 'unknown', 'sent', 'failed', 'delivered', 'clicked']) },
  ...{ groupNames: v.array(text(200)), sentAt: v.optional(instant), problem: v.optional(text(100)) },
});
const outboxRow = v.looseObject({
  ...{ key: logName, message: v.looseObject(message), funnel: figuresOf(FUNNEL_STEPS), blocks: refs },
  ...{ stage: v.optional(v.literal('completing')) },
});
const receiptPage = v.looseObject({
  ...{ message: logName, lastCursor: count },
  receipts: v.array(
    v.looseObject({
      ...{ recipient: count, state: v.picklist(DELIVERY_STATES), at: instant, detail: v.optional(text(1_000)) },
      ...{ stage: v.optional(v.picklist(FAILURE_STAGES)), reason: v.optional(v.picklist(FAILURE_REASONS)) },
    }),
  ),
});

const draft = v.looseObject({
  ...{ draftId: logName, version: count, channel: v.optional(text(100)), groups: v.array(group) },
  ...{ priority: v.picklist(PRIORITIES), subject: text(100_000), text: text(100_000), templateId: text(1_000) },
  ...{ templateText: text(100_000), parameters: v.array(text(10_000)) },
});
const values = v.strictObject({
  ...{ clock: v.optional(count), sharedClock: v.optional(count), logCursor: v.optional(count) },
  ...{ incarnation: v.optional(text(200)), feedCursor: v.optional(count), country: v.optional(text(8)) },
  ...{ draft: v.optional(draft), formerDevices: v.optional(v.array(logName)) },
  logSeen: v.optional(v.strictObject({ position: count, entry: logName })),
});

const SCHEMAS: Readonly<Record<TableName, v.GenericSchema<unknown, unknown>>> = {
  values,
  entries: entry,
  imports: importRow,
  chunks: chunk,
  messages: messageRow,
  receipts: receiptPage,
  outbox: outboxRow,
};

const headSchema = v.looseObject({
  ...{ workspace: logName, name: v.pipe(text(200), v.nonEmpty()), salt, device: logName },
  ...{ createdAt: instant, contacts: count, madeAt: instant },
});

export function headOf(value: unknown): BackupHead | undefined {
  return isPlain(value, MOST_DEPTH) && v.is(headSchema, value) ? (value as unknown as BackupHead) : undefined;
}

/** As they go into the file, about a megabyte each: an entry that names 4,000 blocks is half of one alone. */
export function* jsonOfRows({ table, rows }: RowsSection): Generator<string> {
  const jsonOf = (some: readonly string[]) => `{"table":"${table}","rows":[${some.join(',')}]}`;
  let some: string[] = [];
  let length = 0;
  for (const row of rows) {
    const json = JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? textOfBytes(value) : value));
    if (some.length > 0 && length + json.length > SECTION_LENGTH) {
      yield jsonOf(some);
      some = [];
      length = 0;
    }
    some.push(json);
    length += json.length;
  }
  if (some.length > 0) yield jsonOf(some);
}
const SECTION_LENGTH = 1_000_000;

/** Undefined where a single one of them is no row of that table. */
export function rowsOf(value: unknown): RowsSection | undefined {
  if (!isPlain(value, MOST_DEPTH + 3)) return undefined;
  const section = v.safeParse(SECTION, value);
  if (!section.success) return undefined;
  const { table, rows } = section.output;
  const parsed = v.safeParse(v.array(SCHEMAS[table]), rows);
  return parsed.success ? ({ kind: 'rows', table, rows: parsed.output } as RowsSection) : undefined;
}

const SECTION = v.strictObject({
  table: v.picklist(['values', 'entries', 'imports', 'chunks', 'messages', 'receipts', 'outbox']),
  rows: v.array(v.unknown()),
});

function textOfBytes(row: Uint8Array): string {
  let whole = '';
  for (let at = 0; at < row.length; at += 8_192) whole += String.fromCharCode(...row.subarray(at, at + 8_192));
  return whole;
}

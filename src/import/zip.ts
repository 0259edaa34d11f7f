/**
 * Looks into a ZIP archive before anything is inflated, and inflates single parts under a counted limit, since declared
 * sizes lie. It reads the list of entries at the archive's end and never trusts a name as a path.
 */
import { Inflate } from 'fflate';
import { ZIP_LIMITS, type ZipLimits } from './limits.ts';

export interface ZipPart {
  readonly name: string;
  readonly method: number;
  readonly deflatedBytes: number;
  /** As declared. */
  readonly inflatedBytes: number;
  readonly headerOffset: number;
}

export type ZipDirectory =
  | { readonly kind: 'parts'; readonly parts: ReadonlyMap<string, ZipPart> }
  | { readonly kind: 'broken' }
  | { readonly kind: 'bomb' };

export type Inflated = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'broken' | 'bomb' };

// APPNOTE.TXT 6.3.10: 4.3.16, 4.3.12, 4.3.7.
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const HEADER_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const HEADER_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const INFLATE_STEP = 64 * 1024;

export async function readZipDirectory(file: Blob, limits: ZipLimits = ZIP_LIMITS): Promise<ZipDirectory> {
  const tailStart = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await viewOf(file, tailStart, file.size);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) return { kind: 'broken' };
  const count = tail.getUint16(end + 10, true);
  const sizeBytes = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  // 0xffff and more means ZIP64, which no workbook under our limits needs.
  if (count > limits.entries || sizeBytes > limits.directoryBytes) return { kind: 'bomb' };
  if (offset + sizeBytes > tailStart + end) return { kind: 'broken' };
  return readEntries(await viewOf(file, offset, offset + sizeBytes), count, limits);
}

function readEntries(view: DataView, count: number, limits: ZipLimits): ZipDirectory {
  const parts = new Map<string, ZipPart>();
  const decoder = new TextDecoder();
  let total = 0;
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) return { kind: 'broken' };
    const nameBytes = view.getUint16(at + 28, true);
    const nameStart = at + ENTRY_BYTES;
    if (nameStart + nameBytes > view.byteLength) return { kind: 'broken' };
    const part: ZipPart = {
      name: decoder.decode(new Uint8Array(view.buffer, view.byteOffset + nameStart, nameBytes)),
      method: view.getUint16(at + 10, true),
      deflatedBytes: view.getUint32(at + 20, true),
      inflatedBytes: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    };
    total += part.inflatedBytes;
    const isDense =
      part.inflatedBytes > part.deflatedBytes * limits.ratio && part.inflatedBytes > limits.ratioFromBytes;
    if (part.inflatedBytes > limits.partBytes || total > limits.totalBytes || isDense) return { kind: 'bomb' };
    // Names are compared without case (ECMA-376, part 2); of two that are the same, none can be trusted.
    const name = part.name.replaceAll('\\', '/').toLowerCase();
    if (parts.has(name)) return { kind: 'broken' };
    parts.set(name, part);
    at = nameStart + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return { kind: 'parts', parts };
}

/** The whole of a part. Stops as soon as more comes out than was declared or allowed. */
export async function inflatePart(file: Blob, part: ZipPart, limits: ZipLimits = ZIP_LIMITS): Promise<Inflated> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const step of inflateSteps(file, part, limits)) {
    if (step.kind !== 'bytes') return step;
    chunks.push(step.bytes);
    length += step.bytes.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { kind: 'bytes', bytes };
}

/** A part piece by piece, ended by what is wrong with it where something is. */
export async function* inflateSteps(
  file: Blob,
  part: ZipPart,
  limits: ZipLimits = ZIP_LIMITS,
): AsyncGenerator<Inflated> {
  const header = await viewOf(file, part.headerOffset, part.headerOffset + HEADER_BYTES);
  if (header.byteLength < HEADER_BYTES || header.getUint32(0, true) !== HEADER_SIGNATURE)
    return yield { kind: 'broken' };
  const start = part.headerOffset + HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const end = start + part.deflatedBytes;
  if (end > file.size || (part.method !== STORED && part.method !== DEFLATED)) return yield { kind: 'broken' };
  const allowed = Math.min(part.inflatedBytes, limits.partBytes);
  let length = 0;
  let ready: Uint8Array[] = [];
  const inflate = part.method === DEFLATED ? new Inflate((chunk) => ready.push(chunk)) : undefined;
  for (let at = start; at < end; at += INFLATE_STEP) {
    const bytes = new Uint8Array(await file.slice(at, Math.min(at + INFLATE_STEP, end)).arrayBuffer());
    ready = [];
    try {
      if (inflate) inflate.push(bytes, at + INFLATE_STEP >= end);
      else ready.push(bytes);
    } catch {
      return yield { kind: 'broken' };
    }
    for (const chunk of ready) length += chunk.length;
    if (length > allowed) return yield { kind: 'bomb' };
    for (const chunk of ready) yield { kind: 'bytes', bytes: chunk };
  }
  if (length < allowed) yield { kind: 'broken' };
}

async function viewOf(file: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

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

/** Stops as soon as more comes out than was declared or allowed. `atMost`: no more than the beginning is wanted. */
export async function inflatePart(
  file: Blob,
  part: ZipPart,
  limits: ZipLimits = ZIP_LIMITS,
  atMost: number = Infinity,
): Promise<Inflated> {
  const header = await viewOf(file, part.headerOffset, part.headerOffset + HEADER_BYTES);
  if (header.byteLength < HEADER_BYTES || header.getUint32(0, true) !== HEADER_SIGNATURE) return { kind: 'broken' };
  const start = part.headerOffset + HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const bytes = new Uint8Array(await file.slice(start, start + part.deflatedBytes).arrayBuffer());
  if (bytes.length < part.deflatedBytes) return { kind: 'broken' };
  if (part.method === STORED) {
    if (bytes.length > limits.partBytes) return { kind: 'bomb' };
    return { kind: 'bytes', bytes: bytes.subarray(0, atMost) };
  }
  if (part.method !== DEFLATED) return { kind: 'broken' };
  return inflateCounted(bytes, Math.min(part.inflatedBytes, limits.partBytes), atMost);
}

function inflateCounted(deflated: Uint8Array, allowed: number, atMost: number): Inflated {
  const out = new Uint8Array(Math.min(allowed, atMost));
  let length = 0;
  let tooMuch = false;
  const inflate = new Inflate((chunk) => {
    tooMuch ||= length + chunk.length > allowed;
    if (length < out.length) out.set(chunk.subarray(0, out.length - length), length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < deflated.length && length < atMost; at += INFLATE_STEP) {
      inflate.push(deflated.subarray(at, at + INFLATE_STEP), at + INFLATE_STEP >= deflated.length);
      if (tooMuch) return { kind: 'bomb' };
    }
  } catch {
    return { kind: 'broken' };
  }
  if (length < out.length) return { kind: 'broken' };
  return { kind: 'bytes', bytes: out };
}

async function viewOf(file: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

/** `=E5=BC=A0` → 张 (RFC 2045, 6.7), in the charset that is told; what is no code stands for itself. */

/** A name that the platform knows (Encoding Standard, 4.2), else undefined. */
export function readCharset(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

const CODES = /(?:=[\da-f]{2})+/gi;

/** Without a charset it is UTF-8, which phones write unasked, else the one of Western mail. */
export function readQuotedPrintable(text: string, charset: string | undefined): string {
  // Multi-byte characters may have plain letters for their second byte: the whole is one run of bytes.
  if (charset !== undefined && charset !== 'utf-8') return decode(bytesOf(text), charset);
  return text.replace(CODES, (run) => decode(bytesOf(run), charset));
}

function decode(bytes: Uint8Array, charset: string | undefined): string {
  if (charset !== undefined) return new TextDecoder(charset).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function bytesOf(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/=[\da-f]{2}|[^]/giu)) {
    if (part.length === 3 && part.startsWith('=')) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...encoder.encode(part));
  }
  return new Uint8Array(bytes);
}

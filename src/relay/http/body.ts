/** A request's body: never more of it in memory than the route takes, and nothing of it believed before it is parsed. */
import * as v from 'valibot';

/** Reads at most `limitBytes`; stops at the first byte beyond, whatever the length in the header said. */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array | 'tooLarge' | 'malformed'> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) return 'tooLarge';
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = request.body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      sizeBytes += next.value.byteLength;
      if (sizeBytes > limitBytes) {
        await reader.cancel();
        return 'tooLarge';
      }
      chunks.push(next.value);
    }
  } catch {
    // The connection broke in mid-body: nobody is left to answer.
    return 'malformed';
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** Undefined where the body is not JSON of that form. */
export function parseBody<Schema extends v.GenericSchema>(
  schema: Schema,
  body: Uint8Array,
): v.InferOutput<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

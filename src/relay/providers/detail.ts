/** Short codes for `detail`: what a provider says may hold an address or a text, and neither may get into a receipt. */

/** The code where it is one: a single token, and fewer digits than a phone number has. */
export function toDetail(code: unknown): { readonly detail?: string } {
  if (typeof code !== 'string' && typeof code !== 'number') return {};
  const text = String(code);
  const isCode = /^[A-Za-z0-9._:/-]{1,80}$/.test(text) && !/\d{7}/.test(text.replace(/[._:/-]/g, ''));
  return isCode ? { detail: text } : {};
}

/** A provider's own id for a message, to know its reports by: opaque, short, printable. */
export function toProviderId(id: unknown): { readonly providerId?: string } {
  if (typeof id !== 'string' && typeof id !== 'number') return {};
  const text = String(id);
  return /^[\x21-\x7e]{1,200}$/.test(text) ? { providerId: text } : {};
}

/** `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

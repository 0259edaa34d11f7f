/** Holds what a member entered for a channel against the platform's form (`#domain/channel`), the one table of fields. */
import type { ChannelField } from '#domain/channel';

type Fields = Readonly<Record<string, string>>;

/** Trimmed values without the empty ones; undefined where one is unknown, missing or not of its kind. */
export function parseFields(form: readonly ChannelField[], given: Fields): Fields | undefined {
  if (Object.keys(given).some((name) => !form.some((field) => field.name === name))) return undefined;
  const values: Record<string, string> = {};
  for (const field of form) {
    // A secret may begin or end with a space; nothing else does.
    const value = field.kind === 'secret' ? (given[field.name] ?? '') : (given[field.name] ?? '').trim();
    if (value === '' && field.required) return undefined;
    if (value === '') continue;
    if (!isOfKind(field, value)) return undefined;
    values[field.name] = value;
  }
  return values;
}

function isOfKind(field: ChannelField, value: string): boolean {
  // Line ends would end a header of a mail or a request.
  if (hasControlCharacters(value)) return false;
  switch (field.kind) {
    case 'text':
    case 'secret':
      return true;
    case 'number':
      // The one number in any form is a port.
      return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535;
    case 'choice':
      return field.choices?.includes(value) === true;
    case 'email':
      return /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,253}$/.test(value);
    case 'url': {
      const url = URL.parse(value);
      return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
    }
  }
}

export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

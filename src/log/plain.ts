/** What strangers' JSON may be before anybody copies it about. */

/** Neither deeper than this nor with a name that becomes a prototype where a reader copies it. */
export function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0 || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((inner) => isPlain(inner, depth - 1));
}

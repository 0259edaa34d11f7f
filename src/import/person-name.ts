/** A name of its parts, by the custom of their script: 王 + 小明 → 王小明; Novak + Anna → Anna Novak. */

export interface NameParts {
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** Whole names. */
  readonly whole: readonly string[];
}

const HAN = /^\p{Script=Han}+$/u;

export function joinNameParts({ given, family, whole }: NameParts): string {
  const filled = [...family, ...given, ...whole].filter((part) => part !== '');
  if (filled.length > 0 && filled.every((part) => HAN.test(part))) return filled.join('');
  return [...given, ...family, ...whole].filter((part) => part !== '').join(' ');
}

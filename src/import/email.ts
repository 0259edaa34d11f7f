/**
 * Addresses → one spelling, or nothing. The whole address is lower-cased: contacts are found again by it, and no mail
 * system in use tells `Bob@` from `bob@`. Whether a mailbox exists is not asked here.
 */
import type { EmailAddress } from '#domain/ids';
import { cleanText, toPlainForms } from './clean-text.ts';

/** RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all. */
const LONGEST_LOCAL = 64;
const LONGEST = 254;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/** In lower case already. Lower-casing costs more than all the rest. */
const PLAIN = /^[a-z0-9_.+-]{1,64}@[a-z0-9.-]{4,189}$/;
/** `Anna Novak <anna@example.com>`. */
const NAMED = /<([^<>]+)>$/;

export function readEmail(text: string): EmailAddress | undefined {
  if (isPlainAddress(text)) return text as EmailAddress;
  const address = PLAIN.test(text) ? text : tidy(text).toLowerCase();
  if (address.length > LONGEST) return undefined;
  const at = address.lastIndexOf('@');
  if (at < 1 || at > LONGEST_LOCAL) return undefined;
  const domain = toAsciiDomain(address.slice(at + 1));
  if (!LOCAL.test(address.slice(0, at)) || !DOMAIN.test(domain)) return undefined;
  return `${address.slice(0, at)}@${domain}` as EmailAddress;
}

const [DOT, HYPHEN, UNDERSCORE, PLUS] = [0x2e, 0x2d, 0x5f, 0x2b];
const LONGEST_LABEL = 63;
const isLetter = (code: number) => code >= 0x61 && code <= 0x7a;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/**
 * Already as it shall be, by the rules below and letter by letter: nearly all of a million. False means nothing, so that
 * characters and lengths that few have are left to the expressions.
 */
export function isPlainAddress(text: string): boolean {
  if (text.length > LONGEST) return false;
  const at = text.indexOf('@');
  return at >= 1 && at <= LONGEST_LOCAL && isPlainLocal(text, at) && isPlainDomain(text, at + 1);
}

/** Dots stand between other characters. */
function isPlainLocal(text: string, end: number): boolean {
  let before = DOT;
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (
      code === DOT
        ? before === DOT
        : !(isLetter(code) || isDigit(code) || code === HYPHEN || code === UNDERSCORE || code === PLUS)
    )
      return false;
    before = code;
  }
  return before !== DOT;
}

/** Labels begin and end with a letter or digit; there are two at least, and the last one begins with a letter. */
function isPlainDomain(text: string, from: number): boolean {
  let label = from;
  for (let at = from; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (isLetter(code) || isDigit(code)) continue;
    if (code === HYPHEN ? at === label : code !== DOT) return false;
    if (code === HYPHEN) continue;
    const length = at - label;
    if (length < 1 || length > LONGEST_LABEL || text.charCodeAt(at - 1) === HYPHEN) return false;
    if (at === text.length) return label > from && length >= 2 && isLetter(text.charCodeAt(label));
    label = at + 1;
  }
  return false;
}

function tidy(text: string): string {
  if (text.length > 2 * LONGEST) return '';
  const line = toPlainForms(cleanText(text)).trim();
  return (
    (NAMED.exec(line)?.[1] ?? line)
      // An address may begin with an apostrophe; what does is guarded from a spreadsheet.
      .replace(/^'+/, '')
      .replace(/^mailto:/i, '')
      .replace(/[;,.，；。、\s]+$/, '')
      .replace(/\s*@\s*/, '@')
      .trim()
  );
}

/** Domains in other scripts go out as `xn--…`. */
function toAsciiDomain(domain: string): string {
  if (/^[a-z0-9.-]*$/.test(domain) || /[\s/?#\\@:[\]%]/.test(domain)) return domain;
  return URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`).hostname : domain;
}

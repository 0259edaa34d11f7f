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
/** Already as it shall be, but for the order of its dots. Lower-casing costs more than all the rest. */
const PLAIN = /^[a-z0-9_.+-]{1,64}@[a-z0-9.-]{4,189}$/;
/** `Anna Novak <anna@example.com>`. */
const NAMED = /<([^<>]+)>$/;

export function readEmail(text: string): EmailAddress | undefined {
  const address = PLAIN.test(text) ? text : tidy(text).toLowerCase();
  if (address.length > LONGEST) return undefined;
  const at = address.lastIndexOf('@');
  if (at < 1 || at > LONGEST_LOCAL) return undefined;
  const domain = toAsciiDomain(address.slice(at + 1));
  if (!LOCAL.test(address.slice(0, at)) || !DOMAIN.test(domain)) return undefined;
  return `${address.slice(0, at)}@${domain}` as EmailAddress;
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

/**
 * Contacts as vCard 3.0 (RFC 2426), which every phone reads. Consent and the like have no place there: who wants to
 * bring contacts back takes a sheet.
 */
import type { Contact } from '#domain/contact';
import type { ContactWriter, ExportOptions, Write } from './types.ts';

/** Octets of a line without its end (RFC 2426, 2.6). */
const LONGEST_LINE = 75;

export function createVcardWriter(options: ExportOptions, write: Write): ContactWriter {
  const encoder = new TextEncoder();
  const cardOf = ({ id, cells, groups, tags = [], characteristics = {} }: Contact): string => {
    const name = cells.name ?? '';
    const names = [...groups.flatMap((group) => options.groupName(group) ?? []), ...tags.map((tag) => tag.name)];
    // Where phones show it; there is no property for a field of one's own.
    const notes = options.characteristics.flatMap((each) => {
      const value = characteristics[each.id];
      return value ? [`${each.name}: ${value}`] : [];
    });
    const lines = [
      'BEGIN:VCARD',
      'VERSION:3.0',
      `UID:${escaped(id)}`,
      `FN:${escaped(name || cells.phone || cells.email || cells.userId || '')}`,
      `N:;${escaped(name)};;;`,
      ...(cells.phone ? [`TEL;TYPE=CELL:${escaped(cells.phone)}`] : []),
      ...(cells.email ? [`EMAIL;TYPE=INTERNET:${escaped(cells.email)}`] : []),
      ...(cells.userId ? [`X-USER-ID:${escaped(cells.userId)}`] : []),
      ...(names.length > 0 ? [`CATEGORIES:${names.map(escaped).join(',')}`] : []),
      ...(notes.length > 0 ? [`NOTE:${escaped(notes.join('\n'))}`] : []),
      'END:VCARD',
    ];
    return lines.map((line) => `${folded(line, encoder)}\r\n`).join('');
  };
  return {
    add(contacts) {
      if (contacts.length > 0) write(encoder.encode(contacts.map(cardOf).join('')));
    },
    end() {},
  };
}

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n');

/** A longer line goes on in the next, after a space; never within a character. */
function folded(line: string, encoder: TextEncoder): string {
  if (line.length * 3 <= LONGEST_LINE || encoder.encode(line).length <= LONGEST_LINE) return line;
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LONGEST_LINE) {
      parts.push(part);
      part = '';
      // The space that the next one begins with.
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}

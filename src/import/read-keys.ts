/** Lines that name contacts, by whatever they have: a phone as people write it, an email, else a user ID (CON-2, GRP-7). */
import { cleanText } from './clean-text.ts';
import { readEmail } from './email.ts';
import { createPhoneReader, isPhoneProblem } from './phone.ts';

/** What a line may mean; a user ID may look like a phone, so that both are tried. */
export interface NamedKeys {
  readonly userId: string;
  readonly phone?: string;
  readonly email?: string;
}

/** `country` is where digits without a plus sign are dialled; ISO 3166 alpha-2. */
export function readKeys(country: string, lines: readonly string[]): readonly NamedKeys[] {
  const readPhone = createPhoneReader(country);
  return lines.map((line) => {
    const userId = cleanText(line).trim();
    const email = userId.includes('@') ? readEmail(userId) : undefined;
    const phone = email === undefined ? readPhone(userId) : undefined;
    return {
      userId,
      ...(email !== undefined && { email }),
      ...(phone !== undefined && !isPhoneProblem(phone) && { phone }),
    };
  });
}

/** What the parts of the settings say of the relay, of times and of what could not be saved; one level up from their folders. */
export { failureWord } from '../contacts/words.ts';
export { refusalWord, timeAgo } from '../shell/words.ts';

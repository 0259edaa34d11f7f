/** What the parts of the settings say of the relay and of times; one level up from their folders. */
export { refusalWord, timeAgo } from '../shell/words.ts';

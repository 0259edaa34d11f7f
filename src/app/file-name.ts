/** What a file that is handed to the member is called. */
import { dayText } from './local-time.ts';

/** Without what no file system takes, and what would hide the file; `usual` where nothing is left of the title. */
export function fileName(title: string, usual: string, nowMs: number, extension: string): string {
  const stem = title.replace(/[\p{Cc}\s\\/:*?"<>|.]+/gu, '-').replace(/^-+|-+$/g, '');
  return `${stem || usual}-${dayText(nowMs)}.${extension}`;
}

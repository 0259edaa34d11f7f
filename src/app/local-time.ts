/** Moments as files have them, in the device's zone: sorted by their letters, and read by every spreadsheet. */

/** 2026-11-29 */
export function dayText(ms: number): string {
  const moment = new Date(ms);
  return [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
}

/** 2026-11-29 08:05 */
export function momentText(ms: number): string {
  const moment = new Date(ms);
  return `${dayText(ms)} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

const two = (part: number) => String(part).padStart(2, '0');

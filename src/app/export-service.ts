/** Writes one file of contacts in a worker, so that the page stays usable: rows come in, a blob comes out. */
import type { Contact } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import { createContactWriter, MEDIA_TYPES } from '#export/contact-writer';
import type { ContactWriter, ExportFormat, ExportLanguage } from '#export/types';

export interface ExportRequest {
  readonly format: ExportFormat;
  readonly language: ExportLanguage;
  readonly groupNames: ReadonlyMap<GroupId, string>;
}

export interface ExportWorker {
  /** Again: what was added so far is dropped. */
  readonly begin: (request: ExportRequest) => void;
  readonly add: (contacts: readonly Contact[]) => void;
  readonly end: () => Blob;
}

/** Parts of a file that are put together to one, which the browser may lay on the disk. */
const PART_BYTES = 4_000_000;

export function createExportService(): ExportWorker {
  let writer: ContactWriter | undefined;
  let type = '';
  let whole: Blob[] = [];
  let some: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;

  const gather = () => {
    whole.push(new Blob(some));
    some = [];
    bytes = 0;
  };

  return {
    begin({ format, language, groupNames }) {
      whole = [];
      some = [];
      bytes = 0;
      type = MEDIA_TYPES[format];
      const options = { language, groupName: (group: GroupId) => groupNames.get(group), momentText };
      writer = createContactWriter(format, options, (part) => {
        some.push(part);
        bytes += part.length;
        if (bytes >= PART_BYTES) gather();
      });
    },
    add: (contacts) => writer?.add(contacts),
    end() {
      writer?.end();
      gather();
      return new Blob(whole, { type });
    },
  };
}

/** In the device's zone: 2026-11-29 08:05. */
function momentText(ms: number): string {
  const moment = new Date(ms);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

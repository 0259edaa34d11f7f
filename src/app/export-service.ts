/** Writes one file of contacts in a worker, so that the page stays usable: rows come in, a blob comes out. */
import type { Contact } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import { createContactWriter, MEDIA_TYPES } from '#export/contact-writer';
import type { ContactWriter, ExportFormat, ExportLanguage, ExportOptions } from '#export/types';
import { createBlobParts } from './blob-parts.ts';
import { momentText } from './local-time.ts';

export interface ExportRequest {
  readonly format: ExportFormat;
  readonly language: ExportLanguage;
  readonly groupNames: ReadonlyMap<GroupId, string>;
  readonly columns?: NonNullable<ExportOptions['columns']>;
  readonly scoped: ExportOptions['scoped'];
  readonly characteristics: ExportOptions['characteristics'];
}

export interface ExportWorker {
  /** Again: what was added so far is dropped. */
  readonly begin: (request: ExportRequest) => void;
  readonly add: (contacts: readonly Contact[]) => void;
  readonly end: () => Blob;
}

export function createExportService(): ExportWorker {
  let parts = createBlobParts();
  let writer: ContactWriter | undefined;
  let type = '';

  return {
    begin({ format, groupNames, ...more }) {
      const file = (parts = createBlobParts());
      type = MEDIA_TYPES[format];
      const options = { ...more, groupName: (group: GroupId) => groupNames.get(group), momentText };
      writer = createContactWriter(format, options, file.add);
    },
    add: (contacts) => writer?.add(contacts),
    end() {
      writer?.end();
      return parts.blob(type);
    },
  };
}

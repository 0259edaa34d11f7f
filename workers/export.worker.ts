/** Entry point of the export worker and nothing else: what it calls is tested without a worker. */
import { expose } from 'comlink';
import { createExportService } from '#app/export-service';

expose(createExportService());

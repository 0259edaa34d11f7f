/** Entry point of the import worker and nothing else: what it calls is tested without a worker. */
import { expose } from 'comlink';
import { connectImports } from '#app/import-parts';
import { createImportService } from '#app/import-service';

expose(createImportService(connectImports));

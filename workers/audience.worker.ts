/** Entry point of the audience worker and nothing else: what it calls is tested without a worker. */
import { expose } from 'comlink';
import { connectAudience } from '#app/audience-parts';
import { createAudienceService } from '#app/audience-service';

expose(createAudienceService(connectAudience));

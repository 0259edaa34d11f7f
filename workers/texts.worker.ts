/** Entry point of the worker that reads blocks while a snapshot is opened, and nothing else. */
import { expose } from 'comlink';
import { readTexts } from '#app/read-texts';

expose({ readTexts });

/** Files that the system opens with the installed app, where the browser hands them over (File Handling API, Chromium). */
interface LaunchParams {
  readonly files?: readonly { readonly getFile: () => Promise<File> }[];
}
interface LaunchQueue {
  readonly setConsumer: (consumer: (params: LaunchParams) => void) => void;
}

/** Answers how to stop; the queue keeps one consumer, so an empty one takes its place. */
export function watchLaunchedFiles(onFiles: (files: readonly File[]) => void): () => void {
  const queue = (window as Window & { readonly launchQueue?: LaunchQueue }).launchQueue;
  queue?.setConsumer(({ files }) => {
    if (!files || files.length === 0) return;
    // A file that cannot be read any more is no file; the wizard stays where it is.
    Promise.all(files.map((file) => file.getFile())).then(onFiles, () => undefined);
  });
  return () => queue?.setConsumer(() => undefined);
}

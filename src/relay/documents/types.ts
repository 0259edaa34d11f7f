/** What the relay keeps of documents: bytes in the order of their coming. Knows nothing of what is in them. */

export interface StoredUpdate {
  /** Rises with every update, and is never given twice. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

export interface DocumentStore {
  readonly read: (document: string) => Promise<readonly StoredUpdate[]>;
  /** Of the newest update; 0 where there is none. */
  readonly lastPosition: (document: string) => Promise<number>;
  /** On disk before it resolves. `author`: the member whose session it came in. */
  readonly append: (document: string, author: string, bytes: Uint8Array) => Promise<void>;
  /** Everything up to this position becomes this one state, in one transaction; what came after it stays. */
  readonly compact: (document: string, upTo: number, state: Uint8Array) => Promise<void>;
}

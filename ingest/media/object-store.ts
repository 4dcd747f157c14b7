/** What keeps the pictures that docks upload, as far as we need it. */
export interface ObjectStore {
  /** The whole object, or why not. Reads no more than `maxBytes`. Never throws. */
  fetch(key: string, maxBytes: number): Promise<{ bytes: Buffer } | StoreFault>
  /** One page of the objects whose keys begin with `prefix`; `next` continues. Never throws. */
  list(prefix: string, next?: string): Promise<ObjectPage | StoreFault>
}

export interface ObjectPage {
  objects: { key: string; bytes: number; modifiedMs: number }[]
  next?: string
}

export interface StoreFault {
  /**
   * `missing`: no such object. `too_large`: over the limit. `denied`: wrong credentials, or no right to it. `away`: the
   * store or the bucket cannot be reached.
   */
  fault: 'missing' | 'too_large' | 'denied' | 'away'
  detail: string
}

import type { toDjiStorage } from './media-storage.ts'
import type { Refusal } from './refusal.ts'

/** Pictures that a remote controller uploads, as it asks and tells of them over HTTPS. */
export interface MediaDesk {
  /** The object that holds the file with this fingerprint, if it was uploaded and taken in. */
  has(fingerprint: string): string | undefined
  /**
   * One file was uploaded. `caller` is the device that signed in, null for a client that may speak for all. Resolves once
   * that is durable.
   */
  announced(caller: string | null, body: unknown): Promise<{ object: string } | Refusal>
  /** Where to upload to, or null when no store is configured. */
  storageFor(device: string): ReturnType<typeof toDjiStorage> | null
}

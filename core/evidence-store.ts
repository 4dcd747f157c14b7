/** Files named by their SHA-256 (hex). Written atomically and synced before `put` resolves; putting twice is harmless. */
export interface EvidenceStore {
  put(bytes: Buffer): Promise<string>
  /** The bytes, or null when there is no such evidence. */
  get(sha256: string): Promise<Buffer | null>
  pathOf(sha256: string): string
}

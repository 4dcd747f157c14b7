/** Files made from others, kept while there is room; what was asked for longest ago goes first. */
export interface ByteCache {
  /** What is kept under the key, else what `make` gives: one call for all who ask meanwhile. A failure is not kept. */
  get(key: string, make: () => Promise<Buffer>): Promise<Buffer>
  readonly bytes: number
}

export function createByteCache(maxBytes: number): ByteCache {
  const kept = new Map<string, Buffer>()
  const underWay = new Map<string, Promise<Buffer>>()
  let bytes = 0

  function keep(key: string, made: Buffer): void {
    if (made.length > maxBytes) return
    kept.set(key, made)
    bytes += made.length
    for (const [oldest, { length }] of kept) {
      if (bytes <= maxBytes) return
      kept.delete(oldest)
      bytes -= length
    }
  }

  return {
    get(key, make) {
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return Promise.resolve(known)
      }
      let making = underWay.get(key)
      if (making === undefined) {
        making = make()
          .then((made) => {
            keep(key, made)
            return made
          })
          .finally(() => underWay.delete(key))
        underWay.set(key, making)
      }
      return making
    },
    get bytes() {
      return bytes
    },
  }
}

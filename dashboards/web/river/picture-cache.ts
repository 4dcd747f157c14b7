/** Pictures that were asked for, decoded, so that the next finding is there before its key is pressed. */
export interface PictureCache<T> {
  /** The same promise for the same path; one that failed is asked for again next time. */
  get(path: string): Promise<T>
  /** The picture, if it is there already. */
  ready(path: string): T | undefined
}

/** Keeps the last `most` pictures. */
export function createPictureCache<T>(load: (path: string) => Promise<T>, most: number): PictureCache<T> {
  const known = new Map<string, { asked: Promise<T>; picture?: T }>()

  function ask(path: string) {
    const entry: { asked: Promise<T>; picture?: T } = { asked: load(path) }
    entry.asked.then(
      (picture) => {
        entry.picture = picture
      },
      () => known.get(path) === entry && known.delete(path),
    )
    return entry
  }

  return {
    get(path) {
      const entry = known.get(path) ?? ask(path)
      known.delete(path)
      known.set(path, entry)
      if (known.size > most) known.delete(known.keys().next().value!)
      return entry.asked
    },
    ready: (path) => known.get(path)?.picture,
  }
}

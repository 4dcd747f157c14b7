/** A file as it was seen at one look. */
export interface SeenFile {
  path: string
  bytes: number
  modifiedMs: number
}

/** An empty file may be one that is only just begun. */
const EMPTY_FOR_MS = 60_000

/** Those that look as they did at the look before: whoever writes them is done. Pure; `now` is for the next look. */
export function settled<T extends SeenFile>(files: T[], before: ReadonlyMap<string, string>, nowMs: number) {
  const now = new Map(files.map((file) => [file.path, `${file.bytes} ${file.modifiedMs}`]))
  const isBegun = ({ bytes, modifiedMs }: T) => bytes > 0 || nowMs - modifiedMs > EMPTY_FOR_MS
  return { ready: files.filter((file) => isBegun(file) && before.get(file.path) === now.get(file.path)), now }
}

/** True when the text fits; absent text fits only where every text would. */
export type TextMatch = (text: string | undefined) => boolean

const anything: TextMatch = () => true

/** Makes a test of one glob or a list of which one must fit: `*` stands for any characters, `?` for one. Absent: all fit. */
export function toGlob(globs: string | string[] | undefined): TextMatch {
  const list = typeof globs === 'string' ? [globs] : globs
  if (list === undefined || list.includes('*')) return anything
  if (!list.some(isGlob)) {
    const names = new Set(list)
    return (text) => text !== undefined && names.has(text)
  }
  const pattern = new RegExp(`^(?:${list.map(toPattern).join('|')})$`, 'su')
  return (text) => text !== undefined && pattern.test(text)
}

/** True when the text has a wildcard. */
export function isGlob(text: string): boolean {
  return text.includes('*') || text.includes('?')
}

function toPattern(glob: string): string {
  return glob
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
}

/** What may follow a token's name in the names of its subscribers: `desk`, `desk:night`, `desk.2`, `desk@home`. */
const SEPARATORS = new Set([':', '.', '@'])

/**
 * Whose subscriber names are whose: a token's own name and what begins with it and `:`, `.` or `@`. Where that fits
 * several tokens, the longest name owns it.
 */
export function createNameOwners(tokenNames: readonly string[]): (tokenName: string, subscriber: string) => boolean {
  const longestFirst = [...new Set(tokenNames)].sort((a, b) => b.length - a.length)
  return (tokenName, subscriber) => longestFirst.find((name) => isUnder(name, subscriber)) === tokenName
}

function isUnder(name: string, subscriber: string): boolean {
  return subscriber === name || (subscriber.startsWith(name) && SEPARATORS.has(subscriber[name.length] ?? ''))
}

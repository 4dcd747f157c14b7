/** The parts of the page, in the order of their tabs. */
export const VIEWS = ['devices', 'rules', 'models', 'delivery', 'ledger', 'log', 'settings'] as const
export type View = (typeof VIEWS)[number]

/** What the page shows: a part, and what is open in it. */
export interface OperationsAddress {
  view: View
  id: string | null
}

/** `#rules=smoke-high`; anything else is the table of devices. */
export function readHash(hash: string): OperationsAddress {
  const [view = '', id = ''] = hash.replace(/^#/, '').split('=', 2)
  if (!VIEWS.includes(view as View)) return { view: 'devices', id: null }
  return { view: view as View, id: id === '' ? null : decode(id) }
}

export function writeHash({ view, id }: OperationsAddress): string {
  return id === null ? `#${view}` : `#${view}=${encodeURIComponent(id)}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

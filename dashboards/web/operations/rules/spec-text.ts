import { stringify } from 'yaml'

type Spec = Record<string, unknown> | undefined

/**
 * Two rules as the texts that are held against each other: YAML with the fields of both in the order of the second, since the
 * order says nothing. Empty where there was none.
 */
export function toSpecTexts(before: Spec, after: Spec): [string, string] {
  const order = new Map<string, number>()
  const rank = (key: unknown) => order.get(String(key)) ?? order.size
  JSON.stringify([after, before], (key, value: unknown) => {
    if (!order.has(key)) order.set(key, order.size)
    return value
  })
  const print = (spec: Spec) =>
    spec === undefined
      ? ''
      : stringify(spec, { lineWidth: 0, sortMapEntries: (a, b) => rank(keyOf(a.key)) - rank(keyOf(b.key)) })
  return [print(before), print(after)]
}

function keyOf(key: unknown): unknown {
  return typeof key === 'object' && key !== null && 'value' in key ? key.value : key
}

import { type Command, InvalidArgumentError } from 'commander'

/** What a command line may say of a device. */
export interface Described {
  type?: string
  name?: string
  place?: string
  lat?: number
  lon?: number
  every?: number
  gateway?: string
  attribute: [string, string | number | boolean][]
}

/** Adds the options that describe a device. */
export function describing(command: Command): Command {
  return command
    .option('--name <name>')
    .option('--place <place>', 'address or reach')
    .option('--lat <deg>', 'WGS-84 latitude', Number)
    .option('--lon <deg>', 'WGS-84 longitude', Number)
    .option('--every <seconds>', 'expected interval between reports', Number)
    .option('--gateway <id>', 'the gateway that it speaks through')
    .option('--attribute <name=value>', 'what rules may ask about it, for example storeys=3; repeatable', attribute, [])
}

/** Collects a repeatable option. */
export function list(value: string, before: string[]): string[] {
  return [...before, value]
}

/** The fields that were given, as the API takes them. */
export function toSpec({ type, name, place, lat, lon, every, gateway }: Described): Record<string, unknown> {
  return {
    ...(type && { type }),
    ...(name && { name }),
    ...(place && { place }),
    ...((lat !== undefined || lon !== undefined) && { position: { lat, lon } }),
    ...(every !== undefined && { reportEveryS: every }),
    ...(gateway && { gateway }),
  }
}

export function attributesOf({ attribute: pairs }: Described): { attributes?: Record<string, unknown> } {
  return pairs.length === 0 ? {} : { attributes: Object.fromEntries(pairs) }
}

/** The merge patch that the API takes: what is unset becomes null. */
export function toChange(options: Described & { unset: string[] }): Record<string, unknown> {
  const change: Record<string, unknown> = toSpec(options)
  const attributes: Record<string, unknown> = { ...attributesOf(options).attributes }
  for (const field of options.unset) {
    if (field.startsWith('attributes.')) attributes[field.slice('attributes.'.length)] = null
    else change[field] = null
  }
  return Object.keys(attributes).length === 0 ? change : { attributes, ...change }
}

/** `true`, `false` and numbers are those; quotes make a text of them: `line="3"`. */
function attribute(text: string, before: Described['attribute']): Described['attribute'] {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected name=value')
  return [...before, [name, toValue(value)]]
}

function toValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return /^".*"$/s.test(text) ? text.slice(1, -1) : text
}

import type { SettingInForce, SettingOrigin } from '../core/setting-view.ts'
import type { Config } from './config-schema.ts'
import { listSettings } from './load-config.ts'

/** By dotted path; what is not there has its default. */
export type SettingOrigins = ReadonlyMap<string, SettingOrigin>

/** Settings whose values nobody is shown. */
const SECRET = /(token|tokens|secret\w*|password|accesskey\w*|key)$/i
/** What stands between `//` and `@` of an address. */
const CREDENTIALS = /(\/\/)[^/@\s]+@/g

/** Every setting with its value, secrets left out, and where it comes from. */
export function settingsInForce(config: Config, origins: SettingOrigins): SettingInForce[] {
  return listSettings().map(({ path, schema }) => {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config)
    const name = path.join('.')
    const isSecret = SECRET.test(path.at(-1) ?? '') || isSecretShape(value)
    return {
      path: name,
      ...(!isSecret && value !== undefined && { value: withoutCredentials(value) }),
      ...{ isSecret, isSet: isSet(value), origin: origins.get(name) ?? 'default' },
      ...(schema.env && { env: schema.env }),
      ...(schema.unit && { unit: schema.unit }),
      description: schema.description ?? '',
    }
  })
}

/** Lists whose entries hold tokens or keys of their own. */
function isSecretShape(value: unknown): boolean {
  return typeof value === 'object' && value !== null && /"\w*(token|secret|password)\w*":/i.test(JSON.stringify(value))
}

function withoutCredentials(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(CREDENTIALS, '$1…@') : value
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  return !Array.isArray(value) || value.length > 0
}

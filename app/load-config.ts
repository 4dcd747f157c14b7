import { existsSync, readFileSync } from 'node:fs'
import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import { parseDocument } from 'yaml'
import { AppError } from '../core/errors.ts'
import type { SettingOrigin } from '../core/setting-view.ts'
import { type Config, ConfigSchema } from './config-schema.ts'

const DEFAULT_FILE = 'huying.yaml'

/** A leaf of the schema with its dotted path. */
export interface Setting {
  path: string[]
  schema: TSchema & { description?: string; unit?: string; env?: string; default?: unknown; type?: string }
}

/** Every setting of the schema, in order. */
export function listSettings(schema: TSchema = ConfigSchema, path: string[] = []): Setting[] {
  const properties = (schema as { properties?: Record<string, TSchema> }).properties
  if (!properties) return [{ path, schema: schema as Setting['schema'] }]
  return Object.entries(properties).flatMap(([key, child]) => listSettings(child, [...path, key]))
}

/**
 * Configuration from a YAML file (default `huying.yaml`, if it is there), overridden by the environment, checked as a
 * whole. Throws `config_invalid` whose `details.faults` names every fault at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv, file?: string): Config {
  const faults: string[] = []
  const raw = readYaml(file, faults)
  for (const setting of listSettings()) {
    const text = setting.schema.env ? env[setting.schema.env] : undefined
    if (text !== undefined && text !== '') assign(raw, setting.path, text)
  }
  const config = Value.Convert(ConfigSchema, Value.Default(ConfigSchema, raw))
  for (const { keyword, instancePath, message } of Value.Errors(ConfigSchema, config)) {
    const where = placeOf(instancePath, env, file)
    if (keyword === 'boolean') faults.push(`${where}: no such setting`)
    else if (keyword === 'anyOf') faults.push(`${where}: ${allowed(instancePath)}`)
    else if (keyword !== 'additionalProperties' && keyword !== 'const') faults.push(`${where}: ${message}`)
  }
  const { enterAbove, leaveBelow } = (config as Config).flood ?? {}
  if (leaveBelow > enterAbove)
    faults.push(`${placeOf('/flood/leaveBelow', env, file)}: must be at most flood.enterAbove (${enterAbove})`)
  if (faults.length > 0) throw new AppError('config_invalid', `configuration: ${faults.join('; ')}`, { faults })
  return config as Config
}

/** Where each value comes from that is not the default, by dotted path; of the same file and environment. */
export function originsOf(env: NodeJS.ProcessEnv, file?: string): Map<string, SettingOrigin> {
  const raw = readYaml(file, [])
  const origins = new Map<string, SettingOrigin>()
  for (const { path, schema } of listSettings()) {
    const inFile = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined | null)?.[key], raw)
    if (schema.env && env[schema.env]) origins.set(path.join('.'), 'environment')
    else if (inFile !== undefined) origins.set(path.join('.'), 'file')
  }
  return origins
}

function readYaml(file: string | undefined, faults: string[]): Record<string, unknown> {
  const path = file ?? DEFAULT_FILE
  if (!existsSync(path)) {
    if (file !== undefined) faults.push(`${file}: no such file`)
    return {}
  }
  const document = parseDocument(readFileSync(path, 'utf8'), { prettyErrors: true })
  for (const error of document.errors) faults.push(`${path}: ${error.message}`)
  const value: unknown = document.errors.length > 0 ? {} : (document.toJS() ?? {})
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  faults.push(`${path}: expected a mapping of settings`)
  return {}
}

function assign(target: Record<string, unknown>, path: string[], value: string): void {
  let at = target
  for (const key of path.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = {}
    at = at[key] as Record<string, unknown>
  }
  at[path.at(-1) as string] = value
}

function dotted(instancePath: string): string {
  return instancePath.slice(1).replaceAll('/', '.') || 'configuration'
}

function settingAt(instancePath: string): Setting | undefined {
  return listSettings().find(({ path }) => path.join('.') === dotted(instancePath))
}

/** Where the faulty value came from: the variable that set it, or the file; and which setting it is. */
function placeOf(instancePath: string, env: NodeJS.ProcessEnv, file: string = DEFAULT_FILE): string {
  const variable = settingAt(instancePath)?.schema.env
  return `${variable && env[variable] ? variable : file}: ${dotted(instancePath)}`
}

function allowed(instancePath: string): string {
  const choices = (settingAt(instancePath)?.schema as { anyOf?: { const: string }[] } | undefined)?.anyOf ?? []
  return `must be one of ${choices.map((choice) => choice.const).join(', ')}`
}

import Type from 'typebox'

/** One setting: JSON schema plus what people need to know of it. `env` names the variable that overrides the file. */
export function setting<T extends Type.TSchema>(schema: T, about: { text: string; unit?: string; env?: string }): T {
  return Object.assign(schema, { description: about.text, unit: about.unit, env: about.env })
}
/** A section of settings; absent, it has their defaults. */
export const section = <P extends Type.TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description, default: {} })

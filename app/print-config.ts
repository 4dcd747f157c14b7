import { stringify } from 'yaml'
import { listSettings, type Setting } from './load-config.ts'

/** The text of `huying.example.yaml`: every setting with its default, unit and environment variable, commented out. */
export function exampleYaml(): string {
  const lines = [
    '# huying.yaml: every setting with its default. Copy to huying.yaml and uncomment what you change.',
    '# Printed by `npm run huying -- config example`; the environment variable in brackets wins over the file.',
  ]
  let section = ''
  for (const { path, schema } of listSettings()) {
    const indent = path.length > 1 ? '  ' : ''
    if (path.length > 1 && path[0] !== section) lines.push('', `# ${path[0]}:`)
    if (path.length === 1) lines.push('')
    section = path.length > 1 ? (path[0] as string) : ''
    lines.push(`# ${indent}# ${about(schema)}`)
    lines.push(`# ${indent}${path.at(-1)}: ${stringify(schema.default).trim()}`)
  }
  return `${lines.join('\n')}\n`
}

/** The same as a Markdown table for the docs. */
export function settingsTable(): string {
  const rows = listSettings().map(
    ({ path, schema }) =>
      `| \`${path.join('.')}\` | \`${JSON.stringify(schema.default)}\` | ${schema.env ? `\`${schema.env}\`` : ''} | ${schema.description}${schema.unit ? ` (${schema.unit})` : ''} |`,
  )
  return ['| setting | default | environment | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

function about(schema: Setting['schema']): string {
  const unit = schema.unit ? ` Unit: ${schema.unit}.` : ''
  const env = schema.env ? ` [${schema.env}]` : ''
  return `${schema.description}${unit}${env}`
}

import { type Alert, deviceOf } from '../../../core/alert.ts'

const FIELDS = {
  alert: ({ id }) => id,
  device: (alert) => deviceOf(alert),
  grid: ({ area }) => area?.grid,
  severity: ({ severity }) => severity,
  category: ({ category }) => category,
} satisfies Record<string, (alert: Alert) => string | undefined>

const FIELD = /\{([^}]*)\}/g
/** What may not stand in one level of a topic [MQTT-4.7.1-1, MQTT-4.7.3-2], and what only confuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNFIT = /[/+#\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/g

/** The topic of an alert: `{device}`, `{grid}`, `{severity}`, `{category}` and `{alert}` are filled in, `-` where it has none. */
export function topicOf(template: string, alert: Alert): string {
  return template.replace(FIELD, (_, field: string) =>
    level((FIELDS as Record<string, (alert: Alert) => string | undefined>)[field]?.(alert)),
  )
}

function level(text: string | undefined): string {
  const fit = (text ?? '').slice(0, 200).replace(UNFIT, '_')
  return fit === '' ? '-' : fit
}

/** What is wrong with a template, null when nothing is. */
export function topicFault(template: string): string | null {
  const unknown = [...template.matchAll(FIELD)].map(([, field = '']) => field).filter((field) => !(field in FIELDS))
  if (unknown.length > 0)
    return `{${unknown[0]}} is none of ${Object.keys(FIELDS)
      .map((field) => `{${field}}`)
      .join(', ')}`
  if (/[+#]/.test(template)) return 'a topic to publish to has no + and no #'
  return template.startsWith('$') ? 'a topic that begins with $ is the broker’s own' : null
}

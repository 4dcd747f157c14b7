import Type, { type TProperties } from 'typebox'
import type { Output } from '../../core/output.ts'
import { CAP, createCap } from './kinds/cap.ts'
import { CAP_FEED, createCapFeed } from './kinds/cap-feed.ts'
import { createEmail, EMAIL } from './kinds/email.ts'
import { checkHttp, type KindPorts } from './kinds/kind.ts'
import { checkMqtt, createMqtt, MQTT, mqttTests } from './kinds/mqtt.ts'
import { createWebhook, WEBHOOK } from './kinds/webhook.ts'

export interface OutputKind {
  settings: { properties: TProperties }
  /** Whether test alerts go there when the file does not say. */
  tests: boolean | ((settings: never) => boolean)
  /** Whether several events of different alerts may be under way together. */
  mayOverlap: boolean
  /** What the shape alone cannot say. */
  check?(settings: never): { path?: string[]; message: string }[]
  create(settings: never, ports: KindPorts): Output
}

/** Every kind of output, with what it may be told in the file of outputs. */
export const OUTPUT_KINDS: Record<string, OutputKind> = {
  webhook: { settings: WEBHOOK, tests: true, mayOverlap: true, check: checkHttp, create: createWebhook },
  cap: { settings: CAP, tests: true, mayOverlap: true, check: checkHttp, create: createCap },
  mqtt: { settings: MQTT, tests: mqttTests, mayOverlap: false, check: checkMqtt, create: createMqtt },
  email: { settings: EMAIL, tests: false, mayOverlap: false, create: createEmail },
  'cap-feed': { settings: CAP_FEED, tests: false, mayOverlap: false, create: createCapFeed },
}

const POSITIVE = { exclusiveMinimum: 0, maximum: 7 * 86_400 }
/** What every output may be told. */
const COMMON = {
  tests: Type.Optional(Type.Boolean({ description: 'true or false (whether test alerts go there)' })),
  timeoutS: Type.Optional(
    Type.Number({ ...POSITIVE, description: 'a number of seconds above 0 (that one attempt may take)' }),
  ),
  giveUpAfterS: Type.Optional(
    Type.Number({ ...POSITIVE, description: 'a number of seconds above 0 (for which an event is tried)' }),
  ),
}
const OVERLAP = {
  atOnce: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16, description: 'a whole number from 1 to 16 (events under way together)' }),
  ),
}

/** One output of the file, as far as all kinds have it in common. */
export interface OutputSpec {
  kind: string
  tests?: boolean
  timeoutS?: number
  giveUpAfterS?: number
  atOnce?: number
}

/** The shape of an output of this kind in the file. */
export function outputShape({ settings, mayOverlap }: OutputKind) {
  return Type.Object(
    { kind: Type.String(), ...COMMON, ...(mayOverlap && OVERLAP), ...settings.properties },
    { additionalProperties: false },
  )
}

/** Whether test alerts go to this output. */
export function takesTests(spec: OutputSpec): boolean {
  const { tests = true } = OUTPUT_KINDS[spec.kind] ?? {}
  return spec.tests ?? (typeof tests === 'function' ? tests(spec as never) : tests)
}

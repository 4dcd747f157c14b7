import { isUtf8 } from 'node:buffer'
import { Type } from 'typebox'
import { PAYLOAD_CHANNELS, type PayloadVerdict, type SeenPayload } from '../../../core/payload-desk.ts'
import { isRefusal } from '../../../core/refusal.ts'
import type { DeviceHealthView, PayloadVerdictView, PayloadView } from '../../operations-contract.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, DeviceId, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const MOST_PAYLOADS = 50
const LONGEST_TRIED = 65_536
const ById = Type.Object({ id: DeviceId }, closed)
const Verdict = Type.Union([
  Type.Object({
    messages: Type.Array(
      Type.Object({
        messageSeq: Type.Union([Type.Integer(), Type.Null()]),
        samples: Type.Array(Type.Object({ metric: Type.String(), at: Type.String(), value: Type.Number() })),
      }),
    ),
  }),
  Type.Object({ refused: Type.String({ description: 'Reason' }), detail: Type.String() }),
])
const Payload = Type.Object({
  at: Type.String({ description: 'Arrival' }),
  channel: Type.Enum([...PAYLOAD_CHANNELS]),
  bytes: Type.Integer({ description: 'Of the whole payload' }),
  text: Type.Optional(Type.String({ description: 'Its beginning' })),
  hex: Type.Optional(Type.String({ description: 'The same where it is no UTF-8' })),
  whole: Type.Boolean(),
  verdict: Type.Union([Verdict, Type.Null()], { description: 'null: not read again: not whole, or no readings' }),
})
const NumberOrNull = Type.Union([Type.Number(), Type.Null()])
const Health = Type.Object({
  device: Type.String(),
  messagesPerMin: Type.Number(),
  clockS: { ...NumberOrNull, description: 'Seconds that its clock is ahead of ours; null while that is not certain' },
  batteryPct: NumberOrNull,
  rssiDbm: NumberOrNull,
  firmware: Type.Union([Type.String(), Type.Null()]),
  refused: Type.Integer({ description: 'Inputs refused since the start' }),
})

/** How devices themselves are doing, and what they really said. */
export function payloadRoutes(
  app: ApiServer,
  ports: Pick<ApiPorts, 'payloads' | 'health' | 'registry' | 'refusals'>,
): void {
  healthRoute(app, ports)
  const { payloads } = ports
  if (!payloads) return
  app.get(
    '/api/v1/devices/:id/payloads',
    {
      config: { needs: 'operate' },
      schema: {
        tags: ['devices'],
        summary: 'The newest payloads of a device as it sent them, with what was made of them; memory only',
        params: ById,
        querystring: Type.Object({ limit: Type.Optional(limitUpTo(MOST_PAYLOADS, MOST_PAYLOADS)) }, closed),
        response: { 200: pageOf(Payload), ...errorAnswers },
      },
    },
    async ({ params, query: { limit = MOST_PAYLOADS } }) => ({
      items: payloads.newest(params.id, limit).map(toPayloadView),
    }),
  )
  app.post(
    '/api/v1/devices/:id/payloads/check',
    {
      config: { needs: 'operate' },
      schema: {
        tags: ['devices'],
        summary: 'What would become of a payload of readings; nothing is taken in',
        params: ById,
        body: Type.Object({ text: Type.String({ maxLength: LONGEST_TRIED }) }, closed),
        response: { 200: Verdict, ...errorAnswers },
      },
    },
    async ({ params, body }) => toVerdictView(payloads.judge(params.id, Buffer.from(body.text))),
  )
}

function healthRoute(
  app: ApiServer,
  { health, registry, refusals }: Pick<ApiPorts, 'health' | 'registry' | 'refusals'>,
): void {
  if (!health) return
  app.get(
    '/api/v1/device-health',
    {
      schema: {
        tags: ['devices'],
        summary: 'How the devices themselves are doing: battery, signal, clock, messages per minute, firmware',
        response: { 200: pageOf(Health), ...errorAnswers },
      },
    },
    async () => {
      const refused = new Map<string, number>()
      for (const { device, count } of refusals()) refused.set(device, (refused.get(device) ?? 0) + count)
      const items = registry.all().flatMap(({ id }): DeviceHealthView[] => {
        const known = health(id)
        return known ? [{ device: id, ...known, refused: refused.get(id) ?? 0 }] : []
      })
      return { items }
    },
  )
}

function toPayloadView({ atMs, channel, bytes, head, verdict }: SeenPayload): PayloadView {
  const whole = head.length === bytes
  const text = textOf(head, whole)
  return {
    ...{ at: toIso(atMs), channel, bytes, whole },
    ...(text === null ? { hex: Buffer.from(head).toString('hex') } : { text }),
    verdict: verdict && toVerdictView(verdict),
  }
}

/** Null for what is no text; a character that was cut in two is left out. */
function textOf(head: Uint8Array, isWhole: boolean): string | null {
  for (let cut = 0; cut < (isWhole ? 1 : 4); cut++) {
    const part = head.subarray(0, head.length - cut)
    if (isUtf8(part)) return Buffer.from(part).toString('utf8')
  }
  return null
}

function toVerdictView(verdict: PayloadVerdict): PayloadVerdictView {
  if (isRefusal(verdict)) return verdict
  return {
    messages: verdict.messages.map(({ messageSeq, samples }) => ({
      messageSeq,
      samples: samples.map(({ metric, atMs, value }) => ({ metric, at: toIso(atMs), value })),
    })),
  }
}

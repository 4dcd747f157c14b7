import { Webhook } from 'standardwebhooks'
import Type, { type Static } from 'typebox'
import type { Output } from '../../../core/output.ts'
import { CLOUD_EVENT_TYPE, toCloudEvent } from './cloud-event.ts'
import { httpPost } from './http-post.ts'
import { HEADERS, HTTP_URL, type KindPorts } from './kind.ts'

/** `whsec_` and 24 to 64 bytes in base64, as the Standard Webhooks specification has it. */
const SECRET = Type.String({
  pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
  description: 'whsec_ and 24 to 64 random bytes in base64 (echo whsec_$(openssl rand -base64 32))',
})

export const WEBHOOK = Type.Object(
  {
    url: HTTP_URL,
    secret: Type.Union([SECRET, Type.Array(SECRET, { minItems: 1, maxItems: 5 })], {
      description: 'whsec_ and 24 to 64 random bytes in base64, or a list of up to 5 while keys change',
    }),
    format: Type.Optional(Type.Enum(['event', 'cloudevents'], { description: 'event or cloudevents' })),
    headers: Type.Optional(HEADERS),
  },
  { additionalProperties: false },
)

/** Posts each event as Standard Webhooks has it: signed with every secret, so that receivers may change theirs when they like. */
export function createWebhook(settings: Static<typeof WEBHOOK>, { name, ledgerId, clock }: KindPorts): Output {
  const { url, format = 'event', headers = {} } = settings
  const signers = [settings.secret].flat().map((secret) => new Webhook(secret))
  const isCloud = format === 'cloudevents'
  return {
    name,
    kind: 'webhook',
    async deliver(events, signal) {
      for (const { view } of events) {
        const nowMs = clock.nowMs()
        const body = JSON.stringify(isCloud ? toCloudEvent(view, ledgerId) : view)
        const at = new Date(nowMs)
        await httpPost({
          ...{ url, body, signal, nowMs },
          headers: {
            ...headers,
            'content-type': isCloud ? CLOUD_EVENT_TYPE : 'application/json; charset=utf-8',
            'user-agent': 'huying',
            'webhook-id': view.id,
            'webhook-timestamp': String(Math.floor(nowMs / 1000)),
            'webhook-signature': signers.map((signer) => signer.sign(view.id, at, body)).join(' '),
          },
        })
      }
      return undefined
    },
  }
}

import Type, { type Static } from 'typebox'
import type { KindPorts } from '../kinds/kind.ts'
import { createZonedIso } from '../zoned-iso.ts'
import type { CapSender } from './to-cap.ts'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 500, description }))

/** What an output that speaks CAP may be told of itself. */
export const CAP_SENDER = {
  sender: Type.String({
    pattern: '^[^\\s,<&]{1,200}$',
    description: 'a name without spaces, commas, < or &, for example huying@wenjin.example.gov.cn',
  }),
  senderName: text('a text'),
  scope: Type.Optional(Type.Enum(['Public', 'Restricted'], { description: 'Public or Restricted' })),
  restriction: text('a text (for whom a Restricted message is)'),
  contact: text('a text (whom to ask)'),
  radiusM: Type.Optional(Type.Number({ minimum: 1, maximum: 100_000, description: 'metres from 1 to 100000' })),
  expiresS: Type.Optional(Type.Number({ minimum: 60, maximum: 31_536_000, description: 'seconds, 60 or more' })),
}
const SHAPE = Type.Object(CAP_SENDER)
type CapSettings = Static<typeof SHAPE>

export function toCapSender(settings: CapSettings, { zone, publicUrl }: KindPorts): CapSender {
  const { sender, senderName = sender, scope = 'Restricted', contact, radiusM = 50, expiresS } = settings
  return {
    ...{ sender, senderName, scope, radiusM, publicUrl, iso: createZonedIso(zone) },
    restriction: settings.restriction ?? '仅限应急调度人员 For dispatch staff only',
    ...(contact !== undefined && { contact }),
    ...(expiresS !== undefined && { expiresS }),
  }
}

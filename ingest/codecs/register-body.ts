import Value from 'typebox/value'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { REGISTER_BODIES } from '../../core/register-record.ts'

/** What is wrong in the body of a register's entry; null for a type that is not in the list, which may say anything. */
export function findRegisterFault(type: string, body: Record<string, unknown>): Refusal | null {
  const schema = Object.hasOwn(REGISTER_BODIES, type) ? REGISTER_BODIES[type] : undefined
  if (schema === undefined) return null
  const [fault] = Value.Errors(schema, body)
  if (fault) return refuse('bad_payload', `body${fault.instancePath.replaceAll('/', '.')}: ${fault.message}`)
  const { corrects, withdraws, validFrom, validTo } = body
  if (type === 'record.withdrawn' && withdraws === undefined)
    return refuse('bad_payload', 'body.withdraws: a record.withdrawn names the record that it takes back')
  if (corrects !== undefined && withdraws !== undefined)
    return refuse('bad_payload', 'body: corrects one record or withdraws it, not both')
  for (const [field, day] of Object.entries({ validFrom, validTo }))
    if (typeof day === 'string' && Number.isNaN(Date.parse(day)))
      return refuse('bad_payload', `body.${field}: no such day`)
  if (typeof validFrom === 'string' && typeof validTo === 'string' && Date.parse(validTo) < Date.parse(validFrom))
    return refuse('bad_payload', 'body.validTo: before validFrom')
  return null
}

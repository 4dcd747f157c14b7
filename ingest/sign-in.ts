import { DEVICE_ID, FIELD_NAME } from '../core/device.ts'
import { toAppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { type Refusal, refuse } from '../core/refusal.ts'
import { isEnrolledOpenly, type Registry, UNKNOWN_TYPE } from './registry.ts'

/** Who a device says it is; `type` matters on first contact only. */
export interface Claim {
  deviceId: string
  type: string
}

/** The MQTT user name: the device id, or `type/id`. Null when it is neither. */
export function parseUsername(username: string | undefined): Claim | null {
  const [first = '', second, ...rest] = (username ?? '').split('/')
  if (rest.length > 0) return null
  const claim = second === undefined ? { deviceId: first, type: UNKNOWN_TYPE } : { deviceId: second, type: first }
  return DEVICE_ID.test(claim.deviceId) && FIELD_NAME.test(claim.type) ? claim : null
}

export interface SignInOptions {
  registry: Registry
  enrolment: 'open' | 'closed'
  log: Log
}

/**
 * Decides who may speak. A registered device needs its token as the password. While enrolment is open an unknown device
 * is registered at once, by the type in its user name (`smoke-detector/house-7`; `unknown` until its birth message says
 * better), and needs no password then or later; when enrolment closes it needs a token from the operator.
 */
export async function signIn(
  options: SignInOptions,
  username: string | undefined,
  password: string,
): Promise<Claim | Refusal> {
  const { registry, enrolment, log } = options
  const claim = parseUsername(username)
  if (!claim) return refuse('unknown_device', 'the user name must be the device id, or type/id')
  const device = registry.get(claim.deviceId)
  if (device && registry.verify(device.id, password)) return claim
  const isOpen = enrolment === 'open' && (!device || isEnrolledOpenly(device))
  if (!isOpen)
    return device
      ? refuse('bad_token', 'the password is not the token of this device')
      : refuse('unknown_device', 'this device is not registered, and enrolment is closed')
  try {
    await registry.enrol(claim.deviceId, claim.type)
    return claim
  } catch (err) {
    log.warn({ deviceId: claim.deviceId, err }, 'a device could not be enrolled')
    return refuse('overloaded', `enrolment failed: ${toAppError(err).message}`)
  }
}

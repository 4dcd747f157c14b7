import { AppError } from '../../core/errors.ts'
import type { PatrolPlan } from '../../core/patrol.ts'
import type { Registration } from './register-device.ts'

/** Makes the route known to the service, or replaces it. Throws `overloaded` when the service does not take it now. */
export async function filePlan({ id, ...plan }: PatrolPlan, registration: Registration): Promise<void> {
  const { httpUrl, adminToken, signal } = registration
  const url = new URL(`/api/v1/patrol-plans/${encodeURIComponent(id)}`, httpUrl)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` }
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(plan), signal }).catch(() => null)
  await response?.body?.cancel()
  if (!response?.ok)
    throw new AppError('overloaded', 'the service did not take the plan', { status: response?.status ?? 0 })
}

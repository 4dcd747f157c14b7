import { checkChain } from './check-chain.ts'
import { checkCommands } from './check-commands.ts'
import { checkConditions } from './check-conditions.ts'
import { checkDeliveries } from './check-deliveries.ts'
import type { Testimony } from './testimony.ts'

/** Everything that must hold after a run. Empty: it does; else in words what does not. */
export function checkAll(testimony: Testimony): string[] {
  return [checkChain, checkConditions, checkCommands, checkDeliveries].flatMap((check) => check(testimony))
}

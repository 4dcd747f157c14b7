import type { IncidentEntry } from '../scenario.ts'
import { planAlgaeBloom } from './algae-bloom.ts'
import { planCracking } from './cracking.ts'
import { planDamp } from './damp.ts'
import { planDischarge } from './discharge.ts'
import { planDrilling } from './drilling.ts'
import { planFire } from './fire.ts'
import { planFlooding } from './flooding.ts'
import { planGas } from './gas.ts'
import type { PlanContext, PlannedIncident } from './incident.ts'
import { planLeak } from './leak.ts'
import { planLittering } from './littering.ts'
import { planManhole } from './manhole.ts'
import { planOverheat } from './overheat.ts'
import { planRainstorm } from './rainstorm.ts'
import { planRenovation } from './renovation.ts'
import { withCalls } from './residents-calls.ts'
import { planDumping, planSighting, planSwimmer } from './sighting.ts'
import { planSilent } from './silent.ts'
import { planSubsidence } from './subsidence.ts'
import { planTiltCreep } from './tilt-creep.ts'

/** An incident with its times, places and truth fixed, and what residents tell of it. */
export function planIncident(entry: IncidentEntry, context: PlanContext): PlannedIncident {
  return withCalls(entry, planCause(entry, context), context)
}

function planCause(entry: IncidentEntry, context: PlanContext): PlannedIncident {
  switch (entry.kind) {
    case 'fire':
      return planFire(entry, context)
    case 'leak':
      return planLeak(entry, context)
    case 'flooding':
      return planFlooding(entry, context)
    case 'rainstorm':
      return planRainstorm(entry, context)
    case 'gas':
      return planGas(entry, context)
    case 'overheat':
      return planOverheat(entry, context)
    case 'damp':
      return planDamp(entry, context)
    case 'manhole':
      return planManhole(entry, context)
    case 'littering':
      return planLittering(entry, context)
    case 'tilt-creep':
      return planTiltCreep(entry, context)
    case 'cracking':
      return planCracking(entry, context)
    case 'subsidence':
      return planSubsidence(entry, context)
    case 'drilling':
      return planDrilling(entry, context)
    case 'renovation':
      return planRenovation(entry, context)
    case 'discharge':
      return planDischarge(entry, context)
    case 'algae-bloom':
      return planAlgaeBloom(entry, context)
    case 'silent':
      return planSilent(entry, context)
    case 'sighting':
      return planSighting(entry, context)
    case 'dumping':
      return planDumping(entry, context)
    case 'swimmer':
      return planSwimmer(entry, context)
  }
}

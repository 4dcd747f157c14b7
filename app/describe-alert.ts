import type { LifeContext } from '../alerts/alert-life.ts'
import type { Area } from '../core/area.ts'
import type { Device } from '../core/device.ts'
import type { Position } from '../core/place.ts'
import type { Whereabouts } from './areas.ts'
import type { DepartmentOf } from './departments.ts'
import type { LabelsOf } from './noise-settings.ts'

/** What an alert is said to be about besides what its rule says. Asked once, when it is raised. */
export function createDescribe(ports: {
  device(id: string): Device | undefined
  riverPlace(position: Position): string | undefined
  areaOf(whereabouts: Whereabouts): Area | undefined
  departmentOf: DepartmentOf
  labelsOf: LabelsOf
}): LifeContext['describe'] {
  return ({ subject, seenBy, position, reason, category, finding, suspicion }) => {
    const device = ports.device(subject.device ?? seenBy ?? '')
    const isThing = seenBy === undefined && suspicion === undefined
    const atRiver = () => (isThing || position === undefined ? undefined : ports.riverPlace(position))
    const place = (isThing ? device?.place : undefined) ?? suspicion?.address ?? subject.place ?? atRiver()
    const ownPosition = isThing ? device?.position : undefined
    const area = ports.areaOf({ position: position ?? ownPosition, place, finding: finding?.place })
    const department = ports.departmentOf(category)
    return {
      ...(device?.name !== undefined && { deviceName: device.name }),
      ...(place !== undefined && { place }),
      ...(ownPosition && { position: ownPosition }),
      ...ports.labelsOf(device, subject.device, reason),
      ...(area && { area }),
      ...(department !== undefined && { department }),
    }
  }
}

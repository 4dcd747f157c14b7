import type { Activity } from './activity.ts'
import type { Lane } from './lane.ts'
import type { Paper } from './papers.ts'
import type { SensorFault } from './sensor-faults.ts'
import type { Story } from './story.ts'

/** All that will happen in a lane within the year. */
export interface LanePlan {
  lane: Lane
  stories: Story[]
  activities: Activity[]
  papers: Paper[]
  faults: SensorFault[]
}

import { compact } from './compact.ts'
import type { Family } from './family.ts'
import { yolov8 } from './yolov8.ts'
import { yolox } from './yolox.ts'

/** Every family a manifest may name. */
export const FAMILIES = { compact, yolov8, yolox } satisfies Record<string, Family>
export type FamilyName = keyof typeof FAMILIES

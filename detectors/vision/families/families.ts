import { compact } from './compact.ts'
import { end2end } from './end2end.ts'
import type { Family } from './family.ts'
import { nanodet } from './nanodet.ts'
import { rtdetr } from './rtdetr.ts'
import { yolov5 } from './yolov5.ts'
import { yolov8 } from './yolov8.ts'
import { yolox } from './yolox.ts'

/** Every family a manifest may name. */
export const FAMILIES = { compact, end2end, nanodet, rtdetr, yolov5, yolov8, yolox } satisfies Record<string, Family>
export type FamilyName = keyof typeof FAMILIES

import { stringify } from 'yaml'
import type { Detection } from '../../core/detection.ts'

/** What `huying models check` found out. Pixels of the picture as it is; milliseconds on one thread. */
export interface CheckReport {
  file: string
  /** The same from the manifest's folder. */
  manifestFile: string
  id: string
  sha256: string
  /** A manifest knows the file, and its settings were used. */
  isKnown: boolean
  family: string
  inputs: string[]
  outputs: string[]
  input: { widthPx: number; heightPx: number; colour: string; range: string }
  classes: string[]
  thresholds: Record<string, number>
  /** One run of the network. */
  runMs: number
  /** Decoding, all runs, merging and drawing. */
  pictureMs: number
  picture: { file: string; widthPx: number; heightPx: number }
  detections: Detection[]
  /** Where the drawing lies; null when there was nothing to draw. */
  drawn?: string | null
}

const CLASSES_SHOWN = 12
const DETECTIONS_SHOWN = 30

/** The report for people, with an entry for the manifest where none knows the file. */
export function showCheck(report: CheckReport): string {
  const { input, picture, detections, drawn } = report
  const rows = [
    ['model', report.isKnown ? `${report.id}, as in the manifest` : `${report.id}, in no manifest`],
    ['family', report.family],
    ...report.inputs.map((tensor) => ['input', tensor]),
    ['', `fed with ${input.widthPx} × ${input.heightPx} pixels, ${input.colour}, ${input.range}`],
    ...report.outputs.map((tensor) => ['output', tensor]),
    ['classes', showClasses(report.classes)],
    ['time', `${report.runMs} ms a run, ${report.pictureMs} ms this picture`],
    ['picture', `${picture.file}, ${picture.widthPx} × ${picture.heightPx} pixels`],
    ['seen', detections.length === 0 ? 'nothing' : ''],
  ]
  return [
    ...rows.map(([name, text]) => `${name!.padEnd(8)} ${text}`.trimEnd()),
    ...detections.slice(0, DETECTIONS_SHOWN).map(showDetection),
    ...(detections.length > DETECTIONS_SHOWN ? [`  and ${detections.length - DETECTIONS_SHOWN} more`] : []),
    ...(drawn === undefined ? [] : [drawn === null ? 'nothing to draw' : `drawn: ${drawn}`]),
    ...(report.isKnown ? [] : ['', 'To use it, add to the models of the manifest:', showEntry(report)]),
  ].join('\n')
}

function showClasses(classes: readonly string[]): string {
  const more = classes.length - CLASSES_SHOWN
  return `${classes.length}: ${classes.slice(0, CLASSES_SHOWN).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

function showDetection({ label, score, box: [x, y, width, height] }: Detection): string {
  return `  ${label} ${score.toFixed(2)} at ${x}, ${y}, ${width} × ${height} pixels`
}

function showEntry({ id, manifestFile: file, sha256, family, classes, thresholds, input }: CheckReport): string {
  const entry = {
    ...{ id, active: false, file, sha256, family },
    input: { width: input.widthPx, height: input.heightPx },
    ...{ classes, threshold: Object.values(thresholds)[0], nmsIou: 0.5 },
    ...{ licence: 'to be told', origin: 'to be told' },
  }
  return stringify([entry]).trimEnd()
}

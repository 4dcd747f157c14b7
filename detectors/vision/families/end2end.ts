import type { RawDetection } from '../box.ts'
import { misfit } from '../misfit.ts'
import type { TensorValue } from '../tensor.ts'
import type { Family } from './family.ts'
import { areProbabilities, areWhole, type Rows, rowsOf, spread } from './rows.ts'

/**
 * Detectors that suppress overlaps inside the graph (YOLOv10, YOLO26, and YOLOv8 or v11 exported with `nms=True`): one
 * output [1, M, 6] of corners in input pixels, score and class; rows of zeros where fewer were found.
 * Source: ultralytics 8, `engine/exporter.py` (`NMSModel`) and `nn/modules/head.py` (`v10Detect`), from memory.
 */
export const end2end: Family = {
  convention: { colour: 'rgb', range: '0..1', alignment: 'centre' },
  expects: '[1, M, 6] of corners, score and class',
  readings: (outputs) => (indexOf(outputs, isCorners) < 0 ? [] : [{ classes: null }]),
  fit(outputs, _input, model) {
    const index = indexOf(outputs, () => true)
    if (index < 0) throw misfit(model, 'output', '[1, M, 6]', outputs)
    return (run, _size, minScores) => decode(run[index]!.data, minScores)
  },
}

function indexOf(outputs: readonly TensorValue[], fits: (data: Float32Array, rows: Rows) => boolean): number {
  return outputs.findIndex((output) => {
    const [rows] = rowsOf(output)
    return output.dims.length === 3 && rows?.columns === 6 && !rows.channelsFirst && fits(output.data, rows)
  })
}

/** On a blank picture there may be nothing but zeros: then it is one of those that look like this. */
function isCorners(data: Float32Array, rows: Rows): boolean {
  if (!areProbabilities(data, rows, 4, 5) || !areWhole(data, rows, 5)) return false
  const farthest = Math.max(spread(data, rows, 2).most, spread(data, rows, 3).most)
  if (farthest > 0 && farthest <= 2) return false
  for (let at = 0; at < data.length; at += 6) {
    if (data[at + 2]! < data[at]! || data[at + 3]! < data[at + 1]!) return false
  }
  return true
}

function decode(data: Float32Array, minScores: readonly number[]): RawDetection[] {
  const found: RawDetection[] = []
  for (let at = 0; at < data.length; at += 6) {
    const [x1, y1, x2, y2, score, classIndex] = data.subarray(at, at + 6) as unknown as Six
    if (score >= (minScores[classIndex] ?? Number.POSITIVE_INFINITY)) found.push({ x1, y1, x2, y2, classIndex, score })
  }
  return found
}

type Six = [number, number, number, number, number, number]

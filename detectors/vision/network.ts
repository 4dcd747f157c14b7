import { AppError } from '../../core/errors.ts'
import type { RawDetection } from './box.ts'
import { FAMILIES, type FamilyName } from './families/families.ts'
import type { Family } from './families/family.ts'
import { type InputLayout, inputLayout } from './input-layout.ts'
import type { Size } from './letterbox.ts'
import type { LoadedModel } from './load-model.ts'
import { suppress } from './nms.ts'
import { type Graph, openGraph, type Run } from './open-graph.ts'
import { createPack } from './pack.ts'
import { recognise } from './recognise.ts'
import { takesSize } from './run-sizes.ts'
import { describeTensor } from './tensor.ts'

/** A model ready to look at pictures. */
export interface Network {
  family: FamilyName
  layout: InputLayout
  /** What the graph takes and gives, for people: `images float32 [1, 3, 320, 320]`. */
  tensors: { inputs: string[]; outputs: string[] }
  /**
   * uint8 [height, width, 3] RGB of the layout's size, or of another that `takesSize` allows, in; boxes in pixels of
   * that input out, above their class's threshold, or what `leastScores` says of the class, overlaps
   * removed, best first. Blocks the thread while the network computes. One call at a time. Throws `internal` for a size that the graph can't take.
   */
  detect(pixels: Uint8Array, size?: Size, leastScores?: Readonly<Record<string, number>>): Promise<RawDetection[]>
  close(): Promise<void>
}

/**
 * Opens a model, runs it once on a blank picture and finds out how to read it, so that a graph that does not fit its
 * manifest is found here. Throws `model_invalid` that names the tensor, the expected shape and the one found.
 */
export async function openNetwork(model: LoadedModel): Promise<Network> {
  const graph = await openGraph(model)
  try {
    return readWith(graph, model)
  } catch (error) {
    await graph.close()
    throw error
  }
}

function readWith(graph: Graph, model: LoadedModel): Network {
  const { family: name } = recognise(graph.trial, graph.picture.size, { ...model, classes: model.classes.length })
  const family: Family = FAMILIES[name]
  const layout = inputLayout(graph.picture, model.input, family)
  const decode = family.fit(graph.trial, layout.size, { ...model, family: name })
  const pack = createPack(layout)
  const minScores = model.classes.map((label) => model.thresholds[label]!)
  const runs = createRuns(graph.runAt)

  return {
    family: name,
    layout,
    tensors: { inputs: graph.inputs.map(describeTensor), outputs: graph.trial.map(describeTensor) },
    async detect(pixels, size = layout.size, leastScores = {}) {
      if (!takesSize(layout, size)) throw wrongSize(model, size)
      const { values, run } = runs.of(size)
      pack(pixels, values)
      const least = minScores.map((score, i) => leastScores[model.classes[i]!] ?? score)
      return suppress(decode(await run(), size, least).filter(isBox), model.nmsIou)
    },
    close: graph.close,
  }
}

const SIZES_KEPT = 8

/** Tensors by size, the latest kept: a drone's pictures have few. */
function createRuns(open: (size: Size) => Run): { of(size: Size): Run } {
  const runs = new Map<string, Run>()
  return {
    of(size) {
      const key = `${size.width}x${size.height}`
      const run = runs.get(key) ?? open(size)
      runs.delete(key)
      runs.set(key, run)
      if (runs.size > SIZES_KEPT) runs.delete(runs.keys().next().value!)
      return run
    },
  }
}

function wrongSize(model: LoadedModel, { width, height }: Size): AppError {
  return new AppError('internal', `model ${model.id} cannot be run on ${width} × ${height} pixels`, {
    model: model.id,
    width,
    height,
  })
}

function isBox({ x1, y1, x2, y2 }: RawDetection): boolean {
  return x2 > x1 && y2 > y1 && Number.isFinite(x2 - x1) && Number.isFinite(y2 - y1)
}

import type { RawDetection } from '../box.ts'
import type { Alignment, Size } from '../letterbox.ts'
import type { TensorValue } from '../tensor.ts'

/** How a picture must be laid out for a network; a manifest may say otherwise. */
export interface InputConvention {
  colour: 'rgb' | 'bgr'
  /** Values of a pixel: as they are, or divided by 255. */
  range: '0..255' | '0..1'
  /** Per colour, in units of `range`; absent: nothing is taken away, nothing divided. */
  mean?: readonly [number, number, number]
  std?: readonly [number, number, number]
  alignment: Alignment
}

/** What a family has to know of a model. */
export interface FamilyModel {
  id: string
  family: string
  classes: readonly string[]
  /** YOLOX only: whether boxes leave the graph in pixels already; absent: its values tell. */
  decoded?: boolean | undefined
}

/** Turns the outputs of one run at a size into boxes in pixels of it. `minScores[i]` is the least score of class i. */
export type Decode = (outputs: readonly TensorValue[], input: Size, minScores: readonly number[]) => RawDetection[]

/** One way in which outputs can be read. */
export interface Reading {
  /** How many classes it would have; null where the graph does not tell (numbers of classes instead of columns). */
  classes: number | null
  /** In words, where the family has more than one form. */
  form?: string
}

/** One way in which detectors lay out their output. */
export interface Family {
  convention: InputConvention
  /** The shapes that it looks for, for messages. */
  expects: string
  /**
   * Every way in which the outputs of a trial run may be of this family: by shape and by values, never by name or
   * order. More than one family may claim a graph.
   */
  readings(outputs: readonly TensorValue[], input: Size): Reading[]
  /**
   * Finds its tensors among the outputs of a trial run, by shape and never by name or order, and returns how to read
   * them. Throws `model_invalid` that names the tensor, the shape that was expected, and what was found.
   */
  fit(outputs: readonly TensorValue[], input: Size, model: FamilyModel): Decode
}

import type { RawDetection } from '../box.ts'
import type { Alignment, Size } from '../letterbox.ts'
import type { TensorValue } from '../tensor.ts'

/** How a picture must be laid out for a network; a manifest may say otherwise. */
export interface InputConvention {
  colour: 'rgb' | 'bgr'
  /** Values of a pixel: as they are, or divided by 255. */
  range: '0..255' | '0..1'
  alignment: Alignment
}

/** What a family has to know of a model. */
export interface FamilyModel {
  id: string
  family: string
  classes: readonly string[]
  /** YOLOX only: boxes leave the graph in pixels already. */
  decoded: boolean
}

/** Turns the outputs of one run into boxes in pixels of the input. `minScores[i]` is the least score of class i. */
export type Decode = (outputs: readonly TensorValue[], minScores: readonly number[]) => RawDetection[]

/** One way in which detectors lay out their output. */
export interface Family {
  convention: InputConvention
  /**
   * Finds its tensors among the outputs of a trial run, by shape and never by name or order, and returns how to read
   * them. Throws `model_invalid` that names the tensor, the shape that was expected, and what was found.
   */
  fit(outputs: readonly TensorValue[], input: Size, model: FamilyModel): Decode
}

/** Where something lies by the sub-district's own division, as the map has it; names, since that is what maps have. */
export interface Area {
  /** Residents' committee (社区). */
  community?: string
  /** Grid (网格), the smallest unit that somebody answers for. */
  grid?: string
  river?: string
  /** Reach of the river (河段), for example `上塘段`. */
  reach?: string
}

/** A part of a list that is too long to be given at once. */
export interface Page<T> {
  items: T[]
  /** Absent on the last page. */
  nextCursor?: string
}

/** Something wrong in a text of rules. Line and column count from 1. */
export interface RuleFault {
  /** File, or what else names the text. */
  file: string
  line: number
  column: number
  /** JSON pointer of the culprit in the text's content, where one can be named. */
  pointer?: string
  message: string
}

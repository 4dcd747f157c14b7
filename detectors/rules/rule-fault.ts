/** Something wrong in a rule file. Line and column count from 1. */
export interface RuleFault {
  file: string
  line: number
  column: number
  /** JSON pointer of the culprit in the file's content, where one can be named. */
  pointer?: string
  message: string
}

/** One line per fault, as compilers write them, so that editors can jump there. */
export function formatFaults(faults: RuleFault[]): string {
  return faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n')
}

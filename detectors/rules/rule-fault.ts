import type { RuleFault } from '../../core/rule-fault.ts'

export type { RuleFault } from '../../core/rule-fault.ts'

/** One line per fault, as compilers write them, so that editors can jump there. */
export function formatFaults(faults: RuleFault[]): string {
  return faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n')
}

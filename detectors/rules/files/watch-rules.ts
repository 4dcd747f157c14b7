import { type FileWatch, watchFiles } from '../../watch-files.ts'
import { type ReadRules, readRuleFiles } from './load-rules.ts'

/**
 * Calls `onChange` with what is there now, each time the text of the rule files has changed. Without `known`, what is
 * there at the start is taken as known.
 */
export function watchRules(
  paths: string[],
  onChange: (read: ReadRules) => void,
  options: { debounceMs?: number; pollMs?: number; known?: ReadRules } = {},
): FileWatch {
  return watchFiles({ paths, read: () => readRuleFiles(paths), onChange, ...options })
}

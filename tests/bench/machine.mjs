import { execFileSync } from 'node:child_process'
import os from 'node:os'

/** The machine and the commit that the figures are of. */
export function describeMachine() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const cpus = os.cpus()
  const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', ':!docs/BENCHMARKS.md') !== ''
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short', 'HEAD') + (isChanged ? ' with changes' : ''),
    processor: `${cpus[0].model.trim()}, ${cpus.length} cores`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()}, Node ${process.version}`,
    load: os
      .loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  }
}

import { type OpenSegmentFile, openSegmentFile } from '../../../storage/journal/segment-file.ts'

type Step = 'write' | 'sync' | 'truncate'

/** Real files on a disk that fails when told to, tells what was done, and can be held up. */
export interface UnreliableDisk {
  openFile: OpenSegmentFile
  /** The next `times` calls of this step throw the error; a write puts half of its bytes down first. */
  fail(step: Step, errno: string, times: number): void
  /** Every step that succeeded, in order. */
  readonly steps: Step[]
  /** Syncs wait until the returned function is called. */
  holdSyncs(): () => void
}

export function createUnreliableDisk(): UnreliableDisk {
  const failures: Record<Step, { errno: string; times: number }> = {
    write: { errno: '', times: 0 },
    sync: { errno: '', times: 0 },
    truncate: { errno: '', times: 0 },
  }
  const steps: Step[] = []
  let held: Promise<void> = Promise.resolve()

  function failIfTold(step: Step): void {
    const { errno, times } = failures[step]
    if (times === 0) return
    failures[step].times--
    throw Object.assign(new Error(`${errno}: told to fail`), { code: errno })
  }

  const openFile: OpenSegmentFile = async (path, flags, maxBytes) => {
    const file = await openSegmentFile(path, flags, maxBytes)
    async function write(bytes: Buffer, at: number): Promise<void> {
      if (failures.write.times > 0) await file.write(bytes.subarray(0, bytes.length / 2), at)
      failIfTold('write')
      await file.write(bytes, at)
      steps.push('write')
    }
    async function sync(): Promise<void> {
      await held
      failIfTold('sync')
      await file.sync()
      steps.push('sync')
    }
    return {
      write,
      sync,
      async writeDurably(bytes, at) {
        await write(bytes, at)
        await sync()
      },
      async truncate(byteLength) {
        failIfTold('truncate')
        await file.truncate(byteLength)
        steps.push('truncate')
      },
      close: () => file.close(),
    }
  }

  return {
    openFile,
    steps,
    fail(step, errno, times) {
      failures[step] = { errno, times }
    },
    holdSyncs() {
      let letGo = () => {}
      held = new Promise((resolve) => {
        letGo = resolve
      })
      return letGo
    },
  }
}

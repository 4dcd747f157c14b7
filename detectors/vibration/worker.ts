import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { parseWaveform, storedSamples } from '../../core/waveform-block.ts'
import { analyseWaveform, toSamples } from './analyse-waveform.ts'
import type { WaveformAnswer, WaveformJob } from './analyst-protocol.ts'
import { loadWorkPatterns } from './work-patterns.ts'

const patterns = loadWorkPatterns()

async function answer({ path, head, earlier }: WaveformJob): Promise<WaveformAnswer> {
  const bytes = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null
    throw thrown
  })
  if (bytes === null) return { state: 'refused', reason: 'its bytes are no longer kept' }
  const found = parseWaveform(bytes)
  if ('fault' in found) return { state: 'refused', reason: `its bytes were changed: ${found.fault}` }
  const features = analyseWaveform(head, storedSamples(bytes, head), { patterns, earlier })
  return { state: 'analysed', features, samples: toSamples(head, features) }
}

parentPort?.on('message', (job: WaveformJob) => {
  answer(job).then(
    (one) => parentPort?.postMessage(one),
    (thrown) => parentPort?.postMessage({ state: 'failed', message: String(thrown) } satisfies WaveformAnswer),
  )
})

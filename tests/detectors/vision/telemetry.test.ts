import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { assetPath, compiledUrl } from '../../../core/source-path.ts'

const START_VISION = `(async () => {
  const { createVision } = await import('${compiledUrl('detectors/vision/vision.js')}')
  const { silentLog } = await import('${compiledUrl('core/log.js')}')
  const manifestPath = '${assetPath('detectors/models/manifest.yaml')}'
  const vision = createVision({ manifestPath, workers: 1, log: silentLog })
  await vision.start()
  await vision.stop()
})()`

it('opens a model without starting its library’s telemetry, which would leave a log in the temporary folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'huying-telemetry-'))
  try {
    const child = spawnSync(process.execPath, ['-e', START_VISION], {
      env: { ...process.env, TMPDIR: folder, ORT_DISABLE_TELEMETRY: '' },
      encoding: 'utf8',
    })
    expect(child.stderr).toBe('')
    expect(readdirSync(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

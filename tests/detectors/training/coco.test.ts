import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Debian's own interpreter: the one that sees Debian's packages. */
const PYTHON = '/usr/bin/python3'
const hasNumpy = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0

describe('the figures by which the detector is judged', () => {
  it.runIf(hasNumpy)('are those of COCO', () => {
    const { status, stderr } = spawnSync(PYTHON, ['tests/detectors/training/test_coco.py'], { encoding: 'utf8' })
    expect(stderr).toMatch(/Ran 8 tests[\s\S]*OK/)
    expect(status).toBe(0)
  })

  if (!hasNumpy) it('are NOT TESTED: numpy is missing (Debian: apt install python3-numpy)', ({ skip }) => skip())
})

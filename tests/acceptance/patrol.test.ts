import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { assetPath } from '../../core/source-path.ts'
import { createVision } from '../../detectors/vision/vision.ts'
import { FAULTS, ORDER, SMALL, TINY } from '../bench/patrol/orders.mjs'
import { rehearse } from '../bench/patrol/rehearse.mjs'

// The river, the drone and the truth are simulated; header, geometry, detector and patrol book are the service's own.
const map = JSON.parse(readFileSync(assetPath('simulators/world/wenjin.geojson'), 'utf8'))

describe('a patrol whose true boxes are given', () => {
  test('by a drone that knows where it is: one finding for each thing, in its place, and what a week made of it', async () => {
    const { score } = await rehearse({ map, seed: 2, ...SMALL, order: { ...SMALL.order, exact: true } })
    expect(score.objects).toBeGreaterThan(8)
    expect(score).toMatchObject({ once: score.objects, split: 0, merged: 0, missed: 0, false: 0 })
    expect(score.positionErrorM.median).toBeLessThan(0.4)
    expect(score.positionErrorM.p90).toBeLessThan(1)
    expect(score.fates.wrong).toEqual([])
    expect(score.fates.right).toBeGreaterThan(4)
  })

  test('on a kilometre and a half, with a receiver’s errors and lost, late and smeared pictures', async () => {
    const { score } = await rehearse({ map, seed: 1, order: ORDER, faults: FAULTS })
    expect(score.once / score.objects).toBeGreaterThan(0.9)
    expect(score.false).toBeLessThanOrEqual(1)
    expect(score.positionErrorM.median).toBeLessThan(2)
    expect(score.gaps.foundM / score.gaps.trueM).toBeGreaterThan(0.85)
    // Coverage is counted in pieces of ten metres: an edge of a gap may lie half a piece off.
    expect(score.gaps.falseM).toBeLessThan(60)
    expect(score.fates.wrong.length).toBeLessThanOrEqual(2)
  })
})

describe('a patrol whose pictures are looked at', () => {
  test('finds things where they are, and the stretch that nobody photographed', async () => {
    const vision = createVision({
      manifestPath: assetPath('detectors/models/manifest.yaml'),
      workers: 1,
      log: silentLog,
    })
    await vision.start()
    try {
      const { score, truths } = await rehearse({
        map,
        seed: 2,
        ...TINY,
        analyse: (jpeg, frame) => vision.analyse(jpeg, frame),
      })
      expect(truths.map(({ pictures }) => pictures.length)).toEqual([5, 7])
      // Of nine things; the detector is not perfect, and rounding differs between processors.
      expect(score.once).toBeGreaterThanOrEqual(6)
      expect(score.split).toBe(0)
      expect(score.false).toBeLessThanOrEqual(6)
      expect(score.positionErrorM.median).toBeLessThan(2)
      expect(score.gaps.trueM).toBeGreaterThan(20)
      expect(score.gaps.foundM / score.gaps.trueM).toBeGreaterThan(0.8)
    } finally {
      await vision.stop()
    }
  }, 240_000)
})

import { describe, expect, it } from 'vitest'
import { loadInhibitions, parseInhibitions } from '../../app/inhibition-files.ts'
import { loadConfig } from '../../app/load-config.ts'
import { toLabels, toNoiseSettings } from '../../app/noise-settings.ts'
import type { Device } from '../../core/device.ts'

describe('a file of inhibitions', () => {
  it('is told everything that is wrong with it, with line and column', () => {
    const text = `inhibitions:
  - id: fire
    source: { category: fire, color: red }
    target: { severity: [minor, mild] }
    equal: [severity]
  - id: fire
    source: { category: fire }
    equal: []
rules: []
`
    const parsed = parseInhibitions({ path: 'own.yaml', text })
    const faults = 'faults' in parsed ? parsed.faults : []
    expect(faults.map(({ line, column, message }) => `${line}:${column} ${message}`)).toMatchInlineSnapshot(`
      [
        "3:31 unknown key color; known are rule, category, severity, place, device, type, gateway",
        "4:25 severity must be one or more of critical, major, minor, warning, not ["minor","mild"]",
        "5:12 equal must be a list of labels that must be the same, for example [place], other than severity, not ["severity"]",
        "6:5 target is missing",
        "6:9 id fire is used twice",
        "8:12 equal must be a list of labels that must be the same, for example [place], other than severity, not []",
        "9:1 unknown key rules; a file of inhibitions has only inhibitions",
      ]
    `)
  })

  it('that is not a map is refused', () => {
    expect(parseInhibitions({ path: 'own.yaml', text: '- 1' })).toHaveProperty('faults')
    expect(parseInhibitions({ path: 'own.yaml', text: 'inhibitions: 3' })).toHaveProperty('faults')
  })

  it('comes with the shipped ones, and is not there when it is not', async () => {
    const shipped = await loadInhibitions({ shipped: true, file: '' })
    expect(shipped.map(({ id }) => id)).toEqual(['gateway-silent', 'fire-in-place'])
    expect(await loadInhibitions({ shipped: false, file: '' })).toEqual([])
    await expect(loadInhibitions({ shipped: true, file: '/nowhere.yaml' })).rejects.toMatchObject({
      code: 'config_invalid',
    })
  })
})

describe('the configuration of noise', () => {
  it('has mild defaults: groups are off', () => {
    expect(toNoiseSettings(loadConfig({}), [])).toEqual({
      flap: { changes: 6, withinMs: 60_000, stableMs: 60_000 },
      repeat: { afterMs: { critical: 900_000, major: 3_600_000 }, acknowledgedToo: false },
      recurrence: { announcements: 10, withinMs: 600_000 },
      inhibitions: [],
      limits: { shelfMs: 8 * 3_600_000, outOfServiceMs: 30 * 86_400_000, silenceMs: 30 * 86_400_000 },
    })
  })

  it('labels a device with its type, its gateway and the attributes that some gate compares', () => {
    const settings = { grouping: { by: ['place', 'building'], waitMs: 0, intervalMs: 1, repeatMs: 1 } }
    const labelsOf = toLabels(settings)
    const device = (over: Partial<Device>): Device => ({
      ...{ id: 'd1', type: 'smoke-detector', registeredAtMs: 0, tokenHash: '' },
      ...over,
    })
    const silent = { code: 'silent' }
    expect(labelsOf(device({ gateway: 'gw1', attributes: { building: 3, storeys: 2 } }), 'd1', silent)).toEqual({
      labels: { type: 'smoke-detector', gateway: 'gw1', building: '3' },
    })
    expect(labelsOf(device({ id: 'gw1', type: 'lora-gateway' }), 'gw1', silent)).toEqual({
      labels: { type: 'lora-gateway', gateway: 'gw1' },
    })
    expect(labelsOf(undefined, 'd2', silent)).toEqual({})
  })

  it('takes a device for a gateway whose silence is that of those behind it', () => {
    const labelsOf = toLabels({})
    expect(labelsOf(undefined, 'gw1', { code: 'gateway_silent' })).toEqual({
      labels: { type: 'gateway', gateway: 'gw1' },
    })
  })
})

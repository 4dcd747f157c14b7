import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { FAULT_KINDS } from '../../simulators/faults/fault.ts'
import { loadScenario, parseScenario } from '../../simulators/scenario.ts'

const HEAD = 'name: x\ntitle: { zh: 甲, en: x }\nloopS: 60\n'
function faultsOf(text: string): unknown {
  try {
    parseScenario(text, 'x.yaml')
    return 'accepted'
  } catch (thrown) {
    return thrown instanceof AppError ? [thrown.code, thrown.message] : thrown
  }
}

describe('scenarios', () => {
  test.each(['demo', 'ci', 'faults'])('the shipped %s is valid', (name) => {
    expect(loadScenario(name).name).toBe(name)
  })

  test('the one for tests has every kind of incident and of fault', () => {
    const { incidents, faults = [] } = loadScenario('ci')
    const kinds = (entries: { kind: string }[]) => [...new Set(entries.map(({ kind }) => kind))].sort()
    expect(kinds(incidents)).toMatchInlineSnapshot(`
      [
        "algae-bloom",
        "cracking",
        "damp",
        "discharge",
        "drilling",
        "dumping",
        "fire",
        "flooding",
        "gas",
        "leak",
        "littering",
        "manhole",
        "overheat",
        "rainstorm",
        "renovation",
        "sighting",
        "silent",
        "subsidence",
        "swimmer",
        "tilt-creep",
      ]
    `)
    expect(kinds(faults)).toEqual([...FAULT_KINDS].sort())
  })

  test('a demo never waits longer than a minute for the next incident, and the first comes within seconds', () => {
    const { incidents, loopS } = loadScenario('demo')
    const starts = incidents.flatMap(({ atS, forS, everyS = Number.POSITIVE_INFINITY }) => {
      const times: number[] = []
      for (let t = atS; t + forS <= loopS; t += everyS) times.push(t)
      return times
    })
    starts.sort((a, b) => a - b)
    expect(starts[0]).toBeLessThan(10)
    for (let i = 1; i < starts.length; i++) expect(starts[i]! - starts[i - 1]!).toBeLessThanOrEqual(60)
    expect(loopS - starts.at(-1)!).toBeLessThanOrEqual(60)
  })

  test('an unknown key, an unknown kind and a wrong number are all told', () => {
    const faults = JSON.stringify(faultsOf(`${HEAD}speed: 2\nincidents:\n  - { kind: flood, atS: -1, forS: 5 }\n`))
    expect(faults).toContain('config_invalid')
    expect(faults).toContain('speed')
    expect(faults).toContain('/incidents/0')
  })

  test('a type with a count and a density, and a density of nothing known, are refused', () => {
    const both = 'counts: { drone: 1 }\ndensity: { drone: { per: 5, of: riverKm } }\nincidents: []\n'
    expect(faultsOf(HEAD + both)).toEqual(['config_invalid', 'x.yaml: drone has a count and a density'])
    const strange = 'density: { drone: { per: 5, of: cats } }\nincidents: []\n'
    expect(JSON.stringify(faultsOf(HEAD + strange))).toContain('/density/drone/of')
  })

  test('an incident that outlasts its round is refused', () => {
    expect(faultsOf(`${HEAD}incidents:\n  - { kind: leak, atS: 50, forS: 20 }\n`)).toEqual([
      'config_invalid',
      'x.yaml: leak at 50 s ends after the round of 60 s',
    ])
  })

  test('two sightings at the same time are refused, because there is one drone', () => {
    const two =
      '  - { kind: sighting, atS: 5, forS: 20, picture: a.jpg }\n  - { kind: sighting, atS: 20, forS: 9, picture: b.jpg }\n'
    expect(faultsOf(`${HEAD}incidents:\n${two}`)).toEqual([
      'config_invalid',
      'x.yaml: sighting at 20 s begins before the one before has ended',
    ])
  })

  test('a threshold for what never happens is refused', () => {
    const rest = 'incidents:\n  - { kind: leak, atS: 5, forS: 20 }\nthresholds: { kinds: { fire: { recall: 1 } } }\n'
    expect(faultsOf(HEAD + rest)).toEqual(['config_invalid', 'x.yaml: thresholds: no fire happens'])
  })

  test('a file that is not there is named', () => {
    expect(() => loadScenario('nowhere/no.yaml')).toThrow('cannot read the scenario nowhere/no.yaml')
  })
})

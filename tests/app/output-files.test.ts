import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parseOutputs } from '../../app/output-files.ts'
import { assetPath } from '../../core/source-path.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const sources = {
  env: { PLATFORM_SECRET: SECRET, EMPTY: '' },
  read: (path: string) => (path === '/run/secrets/platform' ? `${SECRET}\n` : null),
}
const faultsOf = (text: string) => {
  const parsed = parseOutputs({ path: 'outputs.yaml', text }, sources)
  return 'faults' in parsed ? parsed.faults.map(({ line, message }) => `${line}: ${message}`) : []
}

const good = (secret: string) => `
outputs:
  platform: { kind: webhook, url: 'https://platform.example/hook', secret: '${secret}' }
route:
  to: platform
`

describe('a file of outputs', () => {
  it.each([['\u0024{PLATFORM_SECRET}'], ['\u0024{file:/run/secrets/platform}'], [SECRET]])(
    'takes a secret from %s',
    (secret) => {
      expect(parseOutputs({ path: 'outputs.yaml', text: good(secret) }, sources)).toMatchObject({
        plan: { outputs: { platform: { kind: 'webhook', secret: SECRET } }, route: { to: 'platform' } },
      })
    },
  )

  it('keeps what only looks like a placeholder', () => {
    const text = good(SECRET).replace('/hook', () => '/$${hook}')
    expect(parseOutputs({ path: 'outputs.yaml', text }, sources)).toMatchObject({
      plan: { outputs: { platform: { url: 'https://platform.example/\u0024{hook}' } } },
    })
  })

  it('names all that is wrong with it, where it stands, and no secret', () => {
    const faults = faultsOf(`
outputs:
  Platform: { kind: webhook, url: ftp://platform.example, secret: hunter2hunter2 }
  siren: { kind: horn }
  mute: 7
  a:
    kind: webhook
    url: https://user:hunter2@a.example/
    secret: \${MISSING}
  b: { kind: webhook, url: 'https://b.example', secret: '${SECRET}', timeoutS: 0, colour: red }
  c: { kind: webhook, url: 'https://c.example', secret: '${SECRET}', headers: { Host: other } }
route:
  match: { category: fire }
  to: nobody
  routes:
    - match: { severity: bad, time: { from: '25:00', days: [mon, someday] }, color: red }
      to: [platform, c]
      routes: [7]
rout: {}
`)

    expect(faults).toMatchInlineSnapshot(`
      [
        "3: the name of an output is 1 to 64 small letters, digits, ".", "_" or "-"",
        "3: url must be an address that begins with http:// or https://",
        "3: secret must be whsec_ and 24 to 64 random bytes in base64, or a list of up to 5 while keys change",
        "4: siren must have a kind, one of webhook, cap, mqtt, email, cap-feed",
        "5: mute must have a kind, one of webhook, cap, mqtt, email, cap-feed",
        "9: the environment variable MISSING is not set",
        "10: timeoutS must be a number of seconds above 0 (that one attempt may take), not 0",
        "10: unknown key colour; known are kind, tests, timeoutS, giveUpAfterS, atOnce, url, secret, format, headers",
        "11: the header Host is not yours to set",
        "13: unknown key match; known are to, routes",
        "14: there is no output nobody",
        "16: severity must be one or more of critical, major, minor, warning, not "bad"",
        "16: time must be from, to and days, or a list of these, not {"from":"25:00","days":["mon","someday"]…",
        "16: unknown key color; known are severity, minSeverity, category, rule, device, place, grid, community, reach, department, test, time",
        "17: there is no output platform",
        "18: this must be a map of keys and values",
        "19: unknown key rout; a file of outputs has outputs and route",
      ]
    `)
    expect(faults.join()).not.toContain('hunter2')
  })

  it('must be YAML, and a map with a route', () => {
    expect(faultsOf('outputs: [')).toHaveLength(1)
    expect(faultsOf('outputs: {}')).toEqual(['1: route is missing'])
    expect(faultsOf('- a')).toHaveLength(1)
  })

  it('is bounded in depth', () => {
    let route = '{ to: platform }'
    for (let depth = 0; depth < 15; depth++) route = `{ routes: [${route}] }`
    expect(faultsOf(good(SECRET).replace(/route:[\s\S]*/, `route: ${route}`)).join()).toContain('nested deeper than 10')
  })
})

it('the example that comes with huying is right', async () => {
  const path = assetPath('docs/examples/outputs.yaml')
  const env = Object.fromEntries(
    ['PLATFORM_SECRET', 'SMTP_PASSWORD', 'SIGNS_PASSWORD', 'CAP_TOKEN'].map((name) => [
      name,
      name === 'PLATFORM_SECRET' ? SECRET : 'x',
    ]),
  )
  const parsed = parseOutputs({ path, text: await readFile(path, 'utf8') }, { env, read: () => SECRET })

  expect(parsed).toHaveProperty('plan')
})

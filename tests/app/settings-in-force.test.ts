import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig, originsOf } from '../../app/load-config.ts'
import { settingsInForce } from '../../app/settings-in-force.ts'

it('tells where each value comes from, and no secret', () => {
  const dir = mkdtempSync(join(tmpdir(), 'huying-settings-'))
  const file = join(dir, 'huying.yaml')
  const tokens = '[{ name: desk, token: a-very-secret-token, rights: view }]'
  writeFileSync(
    file,
    `http:\n  port: 9000\n  tokens: ${tokens}\nmqtt:\n  url: mqtt://me:hush@broker:1883\n  port: 1999\n`,
  )
  const env = { HUYING_MQTT_PORT: '2000', HUYING_ADMIN_TOKEN: 'another-secret' }
  const settings = settingsInForce(loadConfig(env, file), originsOf(env, file))
  rmSync(dir, { recursive: true })

  const of = (path: string) => settings.find((one) => one.path === path)
  expect(of('http.port')).toMatchObject({ value: 9000, origin: 'file', env: 'HUYING_HTTP_PORT' })
  expect(of('mqtt.port')).toMatchObject({ value: 2000, origin: 'environment' })
  expect(of('timeZone')).toMatchObject({ value: 'Asia/Shanghai', origin: 'default' })
  expect(of('http.adminToken')).toMatchObject({ isSecret: true, isSet: true, origin: 'environment' })
  expect(of('media.secretAccessKey')).toMatchObject({ isSecret: true, isSet: false, origin: 'default' })
  expect(of('mqtt.url')?.value).toBe('mqtt://…@broker:1883')
  expect(JSON.stringify(settings)).not.toMatch(/secret-token|another-secret|hush/)
})

import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assetPath } from '../../core/source-path.ts'
import type { FrameView, ModelsView } from '../../dashboards/contract.ts'
import { ADMIN_TOKEN, eventually, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

const SHIPPED = assetPath('detectors/models/manifest.yaml')
const shipped = parse(await readFile(SHIPPED, 'utf8')).models.find((model: { active?: boolean }) => model.active)

let folder: string
let manifest: string
let service: Service

/** Models that are the shipped one under other names. */
const write = (...models: object[]) =>
  writeFile(manifest, JSON.stringify({ models: models.map((model) => ({ ...shipped, active: false, ...model })) }))

beforeAll(async () => {
  folder = await makeDataDir()
  manifest = join(folder, 'models.yaml')
  await copyFile(assetPath(`detectors/models/${shipped.file}`), join(folder, shipped.file))
  await write({ id: 'first', active: true })
  service = await startService({ dataDir: folder, env: { HUYING_MODEL_MANIFEST: manifest } })
  await service.call('POST', '/api/v1/devices', { id: 'drone-1', type: 'drone' })
}, 120_000)
afterAll(async () => {
  await service?.stop()
  await removeDataDir(folder)
})

const frame = await readFile(assetPath('tests/fixtures/frames/river-boat.jpg'))

/** The same picture, each time with another comment at its end, so that it is another frame. */
async function sendFrame(number: number): Promise<string> {
  const answer = await fetch(`${service.httpUrl}/api/v1/frames?device=drone-1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg' },
    body: Buffer.concat([frame, Buffer.from(`#${number}`)]),
  })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { frameId: string }).frameId
}

const analysed = (frameId: string) =>
  eventually(
    () => service.call<FrameView>('GET', `/api/v1/frames/${frameId}`),
    ({ state }) => state !== 'queued',
    120_000,
  )

it('a running service takes a new model, with a shadow, and refuses a wrong one', async () => {
  const models = () => service.call<ModelsView>('GET', '/api/v1/models')
  expect(await models()).toMatchObject({ active: { id: 'first', family: 'compact' }, shadow: null, fault: null })
  expect(await analysed(await sendFrame(1))).toMatchObject({ state: 'analysed', model: 'first' })

  await write({ id: 'second', active: true }, { id: 'dark', shadow: true })
  // The service follows the file by itself too: whoever comes first has changed it.
  await service.call('POST', '/api/v1/models/reload')
  expect(await models()).toMatchObject({ active: { id: 'second' }, shadow: { id: 'dark' } })
  expect(await analysed(await sendFrame(2))).toMatchObject({ state: 'analysed', model: 'second' })
  const { comparison } = await models()
  expect(comparison!.frames + comparison!.late + comparison!.skipped).toBeGreaterThan(0)

  await write({ id: 'third', active: true, family: 'yolox' })
  await expect(service.call('POST', '/api/v1/models/reload')).rejects.toThrow(/409.*model third is no yolox/)
  const { info } = await service.call<{ info: Record<string, string> }>('GET', '/readyz')
  expect(info).toMatchObject({ model: 'second', modelFault: expect.stringMatching('model third is no yolox') })
  const metrics = await (await fetch(`${service.httpUrl}/metrics`, authorised)).text()
  expect(metrics).toContain('huying_model_info{role="active",model="second",family="compact"} 1')
  expect(metrics).toContain('huying_model_manifest_faulty 1')
  expect(await analysed(await sendFrame(3))).toMatchObject({ state: 'analysed', model: 'second' })
}, 180_000)

const authorised = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

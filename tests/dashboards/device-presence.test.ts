import { expect, it } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { DeviceView, PageOf } from '../../dashboards/contract.ts'
import { createMemoryPorts, VIEWER } from './memory-ports.ts'

it('tells a device that is silent from one whose gateway is', async () => {
  const silences: Record<string, 'silent' | 'unknown'> = { still: 'silent', behind: 'unknown' }
  const ports = {
    ...createMemoryPorts({ nowMs: () => 0 }),
    silenceOf: (id: string) => silences[id] ?? null,
    presence: (id: string) => (id === 'new' ? undefined : { online: id !== 'gone', lastSeenMs: 0 }),
  }
  for (const id of ['alive', 'still', 'behind', 'gone', 'new']) ports.addDevice({ id, gateway: 'g' })
  const api = await createApi(ports)

  const response = await api.inject({ url: '/api/v1/devices', headers: { authorization: `Bearer ${VIEWER}` } })
  await api.close()

  expect(response.json<PageOf<DeviceView>>().items.map(({ id, presence }) => [id, presence])).toEqual([
    ['alive', 'online'],
    ['still', 'silent'],
    ['behind', 'unknown'],
    ['gone', 'silent'],
    ['new', undefined],
  ])
})

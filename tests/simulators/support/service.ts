import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import Fastify from 'fastify'

/** What a service sees of the simulators: a real broker that checks tokens (not of gateways), and the registration calls. */
export interface Service {
  httpUrl: string
  mqttUrl: string
  /** Registered devices as they were sent. */
  devices: Map<string, Record<string, unknown>>
  tokens: Map<string, string>
  /** Patrol plans by id. */
  plans: Map<string, { devices?: string[]; waypoints: object[] }>
  /** Publishes in order of arrival. */
  published: { deviceId: string; topic: string; payload: Buffer }[]
  connected(): string[]
  /** Resolves once `isSo`; the test's own time limit ends a wait in vain. */
  until(isSo: () => boolean): Promise<void>
  /** Breaks every connection. */
  hangUp(): void
  /** Holds acknowledgements back until the function that it returns is called. */
  hold(): () => void
  close(): Promise<void>
}

export const ADMIN_TOKEN = 'admin-of-this-test'

export async function openService(): Promise<Service> {
  const devices: Service['devices'] = new Map()
  const tokens: Service['tokens'] = new Map()
  const plans: Service['plans'] = new Map()
  const published: Service['published'] = []
  const waiting = new Set<() => void>()
  let held: (() => void)[] | null = null
  const look = () => {
    for (const check of waiting) check()
  }

  const broker = await Aedes.createBroker({
    authenticate(client, username, password, done) {
      const isDevice = tokens.get(String(username)) === password?.toString() && client.id === username
      const isKnown = isDevice || client.id.startsWith('simulated-gateway')
      if (isKnown) done(null, true)
      else done(Object.assign(new Error('bad token'), { returnCode: 4 }), false)
    },
    authorizePublish(_client, packet, done) {
      const payload = Buffer.from(packet.payload)
      published.push({ deviceId: packet.topic.split('/')[2]!, topic: packet.topic, payload })
      if (held === null) done(null)
      else held.push(() => done(null))
      look()
    },
  })
  const clients = new Map<string, object>()
  broker.on('clientReady', (client) => {
    clients.set(client.id, client)
    look()
  })
  broker.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id)
    look()
  })
  const sockets = new Set<import('node:net').Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const mqttPort = typeof address === 'object' && address !== null ? address.port : 0

  const http = Fastify()
  let issued = 0
  const issue = (id: string) => {
    const token = `token-${++issued}-${id}`
    tokens.set(id, token)
    return { id, token }
  }
  http.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${ADMIN_TOKEN}`) return reply.code(401).send({ code: 'unauthorized' })
  })
  http.post<{ Body: { id: string } }>('/api/v1/devices', (request, reply) => {
    const { id } = request.body
    if (devices.has(id)) return reply.code(409).send({ code: 'conflict' })
    devices.set(id, request.body)
    return reply.code(201).send(issue(id))
  })
  http.post<{ Params: { id: string } }>('/api/v1/devices/:id/token', (request, reply) =>
    reply.send(issue(request.params.id)),
  )
  http.put<{ Params: { id: string }; Body: { waypoints: object[] } }>('/api/v1/patrol-plans/:id', (request, reply) => {
    plans.set(request.params.id, request.body)
    return reply.send({ id: request.params.id, ...request.body })
  })
  const httpUrl = await http.listen({ port: 0, host: '127.0.0.1' })

  return {
    httpUrl,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    devices,
    tokens,
    plans,
    published,
    connected: () => [...clients.keys()],
    until(isSo) {
      return new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    hold() {
      held ??= []
      return () => {
        const release = held ?? []
        held = null
        for (const go of release) go()
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => broker.close(() => server.close(() => resolve())))
      await http.close()
    },
  }
}

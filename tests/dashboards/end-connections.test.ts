import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { endConnections } from '../../dashboards/api/end-connections.ts'

/** A server with one route that answers when it is told to. Its connections are kept alive for 72 s. */
async function serve(graceMs?: number) {
  const app = Fastify()
  endConnections(app, graceMs)
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    app.get('/', () => {
      resolve()
      return new Promise((done) => {
        answer = () => done('here')
      })
    })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  return { app, asked, answer: () => answer(), port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}

it('ends when the last answer is out, though its connection is kept alive', async () => {
  const { app, asked, answer, port } = await serve()
  const agent = new Agent({ keepAlive: true })
  const answered = new Promise<number | undefined>((resolve) => {
    get({ port, agent }, (response) => response.resume().on('end', () => resolve(response.statusCode)))
  })
  await asked

  const closed = app.close()
  answer()

  expect(await answered).toBe(200)
  await closed
  agent.destroy()
})

it('ends though somebody has connected and asks nothing', async () => {
  const { app, port } = await serve(50)
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  await once(app.server, 'connection')

  await app.close()

  socket.destroy()
})

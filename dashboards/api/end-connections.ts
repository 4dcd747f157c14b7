import type { FastifyInstance } from 'fastify'

const LOOK_EVERY_MS = 100
/** What is still under way this long after the server was told to close is cut off. */
const GRACE_MS = 10_000

/**
 * Lets a closing server end. Node waits for every connection and ends only those that are idle in the moment it is told to close: one that
 * becomes idle later is waited for until its keep-alive runs out (72 s), one that never asked anything for longer.
 */
export function endConnections(app: FastifyInstance, graceMs = GRACE_MS): void {
  const { server } = app
  app.addHook('preClose', (done) => {
    const look = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.once('close', () => {
      clearInterval(look)
      clearTimeout(cut)
    })
    done()
  })
}

// A bare aedes that acknowledges and stores nothing.
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const aedes = await Aedes.createBroker()
const server = createServer({ noDelay: true }, aedes.handle)
server.listen(0, '127.0.0.1', () => process.send({ done: { port: server.address().port } }))
process.once('disconnect', () => process.exit(0))

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

export interface Received {
  headers: IncomingMessage['headers']
  path: string
  body: string
}

/** An HTTP server that writes down what it is sent and answers as the test says. Ends with the test, or with the process. */
export async function aReceiver(
  answer: (response: ServerResponse, received: Received) => void = (response) => response.end(),
  { isOurs = false } = {},
) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = { headers: request.headers, path: request.url ?? '', body: Buffer.concat(parts).toString() }
      received.push(one)
      answer(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = () => {
    server.closeAllConnections()
    server.close()
  }
  if (isOurs) server.unref()
  else onTestFinished(end)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { received, port, url: `http://127.0.0.1:${port}/hook` }
}

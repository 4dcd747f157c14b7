// Pictures by HTTP, so many that vision never runs out of them: keeps `WAITING` of them in the service's queue.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const WAITING = 40
const LOOK_EVERY_MS = 250
const { httpUrl, token, device } = JSON.parse(process.argv[2])
const FRAMES = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const pictures = ['river-quiet.jpg', 'river-debris.jpg'].map((name) => readFileSync(`${FRAMES}${name}`))
const headers = { authorization: `Bearer ${token}` }
let sent = 0
process.once('disconnect', () => process.exit(0))

/** Decoders ignore what follows the end of the picture; to the service it is another one. */
async function send() {
  const body = Buffer.concat([pictures[sent % pictures.length], Buffer.from(`${process.pid}-${sent++}`)])
  const url = `${httpUrl}/api/v1/frames?device=${device}`
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, 'content-type': 'image/jpeg' } })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

async function pending() {
  const text = await (await fetch(`${httpUrl}/metrics`, { headers })).text()
  return Number(/^huying_frames_pending (\d+)/m.exec(text)?.[1])
}

process.send({ done: 'started' })
for (;;) {
  const missing = WAITING - (await pending())
  for (let n = 0; n < missing; n += 4) await Promise.all([send(), send(), send(), send()])
  await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
}

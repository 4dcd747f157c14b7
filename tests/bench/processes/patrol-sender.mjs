// Drones that send a 1080p frame a second each by HTTP, evenly spread over the second.
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const EVERY_MS = 1_000
const { httpUrl, token, devices } = JSON.parse(process.argv[2])
const FRAMES = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const pictures = await Promise.all(
  ['river-quiet.jpg', 'river-debris.jpg'].map((name) =>
    sharp(`${FRAMES}${name}`).resize(1920, 1080, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer(),
  ),
)
const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' }
let sent = 0
process.once('disconnect', () => process.exit(0))

/** Decoders ignore what follows the end of the picture; to the service it is another one. */
async function send(device) {
  const body = Buffer.concat([pictures[sent % pictures.length], Buffer.from(`${process.pid}-${sent++}`)])
  const response = await fetch(`${httpUrl}/api/v1/frames?device=${device}`, { method: 'POST', body, headers })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

for (const [at, device] of devices.entries()) {
  setTimeout(() => setInterval(() => void send(device), EVERY_MS), (at * EVERY_MS) / devices.length)
}
process.send({ done: 'started' })

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { makeCertificate } from '../../simulators/conformance/certificates.ts'
import { openHttpDoor } from '../../simulators/conformance/http-door.ts'
import type { Stage } from '../../simulators/conformance/run-device.ts'
import { openTap } from '../../simulators/conformance/tap.ts'
import { createTraceLog, type TraceLog } from '../../simulators/conformance/trace-log.ts'
import type { Way } from '../../simulators/conformance/way.ts'
import { foundAt } from './found-at.ts'
import { inspectMessage } from './inspect-message.ts'
import { pictureFacts } from './inspect-picture.ts'
import { inspectRequest } from './inspect-request.ts'
import type { KitService } from './kit-service.ts'

/** All doors that one device may come in by, with a trace of what passes. */
export interface OpenStage {
  stage: Stage
  trace: TraceLog
  ports: { port: number; httpPort: number }
  /** File with the certificate that a device has to trust, for ways over TLS. */
  ca: string | null
  close(): Promise<void>
}

export interface StageOptions {
  device: string
  way: Way
  host: string
  port: number
  httpPort: number
}

/** Rejects when a port is taken. */
export async function openStage(options: StageOptions, service: KitService): Promise<OpenStage> {
  const { device, way, host } = options
  const trace = createTraceLog()
  const common = { clock: systemClock, trace }
  const closing: (() => unknown)[] = []
  const close = async () => {
    for (const last of closing.splice(0).reverse()) await last()
  }
  try {
    const secure = way === 'tls' || way === 'wss' ? await makeSecure(host) : null
    if (secure) closing.push(() => rm(secure.folder, { recursive: true, force: true }))
    closing.push(service.bucket.onPut((object, bytes) => void stored(object, bytes)))
    const tap = await openTap({
      ...common,
      broker: { host: '127.0.0.1', port: service.mqttPort },
      listen: { host, port: options.port, way },
      ...(secure && { certificates: secure.certificates }),
      inspect: inspectMessage(device),
    })
    closing.push(() => tap.close())
    const http = await openHttpDoor({
      ...common,
      service: service.httpUrl,
      listen: { host, port: options.httpPort },
      inspect: inspectRequest,
    })
    closing.push(() => http.close())
    const stage: Stage = {
      ...tap,
      goAway() {
        tap.goAway()
        http.goAway()
      },
      comeBack() {
        tap.comeBack()
        http.comeBack()
      },
    }
    return { stage, trace, ports: { port: tap.port, httpPort: http.port }, ca: secure?.ca ?? null, close }
  } catch (error) {
    await close()
    throw error
  }

  /** Uploads of one sender begin with its id. */
  async function stored(object: string, bytes: Buffer): Promise<void> {
    if (!object.startsWith(`${device}/`)) return
    const atMs = systemClock.nowMs()
    const facts = /\.jpe?g$/i.test(object) ? await pictureFacts(bytes) : null
    trace.note({ kind: 'stored', atMs, object, ...(facts !== null && 'frame' in facts && { frame: facts.frame }) })
  }
}

async function makeSecure(host: string) {
  const names = [...new Set(['localhost', '127.0.0.1', hostname(), host, foundAt(host)])]
  const [own, foreign] = [0, 1].map(() => makeCertificate(names, systemClock.nowMs()))
  const folder = await mkdtemp(join(tmpdir(), 'huying-kit-ca-'))
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, own!.cert)
  return { certificates: { own: own!, foreign: foreign! }, folder, ca }
}

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, makeFolder, removeFolder, start, stop, untilAccepts } from './children.mjs'

const FOUND = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(existsSync)

/** Why Mosquitto cannot be compared with, or null. */
export const mosquittoMissing = FOUND ? null : 'mosquitto is not installed (Debian: apt install mosquitto)'

/** Nothing kept, nothing logged, no queue bounded: as fast as it can be. */
export async function startMosquitto() {
  const port = await freePort()
  const folder = makeFolder()
  const config = join(folder, 'mosquitto.conf')
  const lines = ['allow_anonymous true', 'persistence false', 'log_type none', 'set_tcp_nodelay true']
  const unbounded = ['max_inflight_messages 0', 'max_queued_messages 0']
  writeFileSync(config, [`listener ${port} 127.0.0.1`, ...lines, ...unbounded, ''].join('\n'))
  const child = start(FOUND, ['-c', config])
  await untilAccepts(port, child)
  return {
    pid: child.pid,
    port,
    async stop() {
      await stop(child)
      removeFolder(folder)
    },
  }
}

// Takes the lock of the folder argv[2], says what it found on stdout, and holds it until it is killed, or, told
// `release` on stdin, releases it and ends. Uses the compiled files.
import { once } from 'node:events'
import { lockFolder } from '../../dist/storage/folder-lock.js'

try {
  const lock = await lockFolder(process.argv[2])
  process.stdout.write(`locked ${lock.previous}\n`)
  await once(process.stdin, 'data')
  await lock.release()
  process.exit(0)
} catch (err) {
  process.stdout.write(`${err.code} ${err.details?.pid}\n`)
}

import { createPostgresServer, findPostgres } from '../../storage/database/postgres-server.mjs'
import { atExit, makeFolder, removeFolder } from './children.mjs'

const BIN = findPostgres()

export const postgresMissing = BIN ? null : 'PostgreSQL is not installed (Debian: apt install postgresql)'

/** A private cluster with its settings as they come, in a folder that goes with the bench. */
export async function startPostgres() {
  const folder = makeFolder()
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  const server = await createPostgresServer(BIN)
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  atExit(() => server.kill())
  await server.start()
  return {
    createDatabase: server.createDatabase,
    async stop() {
      await server.remove()
      removeFolder(folder)
    },
  }
}

import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.ts'
import {
  makeSignerKey,
  parseSignerKey,
  parseVerifierKey,
  type SignerKey,
  type VerifierKey,
} from '../../core/notes/note-keys.ts'
import { syncFolder } from '../sync-folder.ts'
import { readIfThere } from '../text-file.ts'
import { writeFileAtomically } from '../write-file-atomically.ts'

/**
 * The key that signs this ledger's checkpoints, made (mode 600) on first use. Throws `config_invalid` for a file that holds another
 * key, system errors.
 */
export async function loadSignerKey(path: string, name: string): Promise<SignerKey> {
  const text = await readIfThere(path)
  if (text === null) return makeKeyFile(path, name)
  const key = parseFile(text, path)
  if (key.name === name && key.kind === 'ed25519') return key
  throw new AppError('config_invalid', 'the key file is of another ledger', {
    file: path,
    name: key.name,
    wanted: name,
  })
}

/**
 * Public halves of all keys that this ledger was ever signed with, the given one last: an old checkpoint stays good when its key is
 * replaced. One a line.
 */
export async function keepVerifier(path: string, key: VerifierKey): Promise<VerifierKey[]> {
  const former = ((await readIfThere(path)) ?? '').split('\n').filter(Boolean)
  const all = [...former.filter((text) => text !== key.text), key.text]
  if (former.at(-1) !== key.text) await writeFileAtomically(path, `${all.join('\n')}\n`)
  return all.map(parseVerifierKey)
}

async function makeKeyFile(path: string, name: string): Promise<SignerKey> {
  const key = makeSignerKey(name, 'ed25519')
  await mkdir(dirname(path), { recursive: true })
  await writeSecret(path, key.privateText)
  await syncFolder(dirname(path))
  return key
}

/** Writes a new file that only its owner may read. Throws `EEXIST`. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${text}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
  await chmod(path, 0o600)
}

function parseFile(text: string, path: string): SignerKey {
  try {
    return parseSignerKey(text)
  } catch (cause) {
    throw new AppError('config_invalid', 'the key file of the ledger is not a key', { file: path }, { cause })
  }
}

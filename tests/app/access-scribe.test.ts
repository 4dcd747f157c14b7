import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createAccessScribe, toAccess } from '../../app/access-scribe.ts'
import { loadConfig } from '../../app/load-config.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'

const TOKENS = [
  { name: 'li', rights: 'operate' as const, token: 'token-of-li-0000000' },
  { name: 'wang', rights: 'view' as const, token: 'token-of-wang-00000', originals: true },
]
const configured = (tokens: typeof TOKENS, trustLoopback = false) =>
  toAccess({ ...loadConfig({}).http, tokens, trustLoopback }, 'admin-token')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function createRig(snapshot?: unknown) {
  const written: LedgerEntry[] = []
  const ledger = { write: (entry: LedgerEntry) => void written.push(entry) }
  const scribe = createAccessScribe(snapshot as never)
  return { scribe, written, tell: (access: ReturnType<typeof toAccess>) => scribe.tell(access, 7, ledger) }
}

it('writes who has rights on first start, tokens as digests only', () => {
  const { written, tell } = createRig()
  tell(configured(TOKENS))
  expect(written).toEqual([
    {
      type: 'access.changed',
      atMs: 7,
      access: [
        { name: 'admin', rights: 'admin', tokenSha256: sha256('admin-token') },
        { name: 'li', rights: 'operate', tokenSha256: sha256('token-of-li-0000000') },
        { name: 'wang', rights: 'view', originals: true, tokenSha256: sha256('token-of-wang-00000') },
      ],
    },
  ])
  expect(JSON.stringify(written)).not.toContain('token-of')
})

it('writes nothing while the configuration grants the same, in whatever order it says it, from ledger or snapshot', () => {
  const first = createRig()
  first.tell(configured(TOKENS))
  const folded = createRig()
  for (const entry of first.written) folded.scribe.applyEntry(entry)
  const restored = createRig(JSON.parse(JSON.stringify(first.scribe.snapshot())))
  for (const { tell, written } of [folded, restored]) {
    tell(configured(TOKENS.toReversed()))
    expect(written).toEqual([])
  }
})

it.each([
  ['a new token', TOKENS.with(0, { ...TOKENS[0]!, token: 'another-token-of-li' }), false],
  ['other rights', TOKENS.with(0, { ...TOKENS[0]!, rights: 'view' } as never), false],
  ['somebody who left', TOKENS.slice(1), false],
  ['a right to originals', TOKENS.with(0, { ...TOKENS[0]!, originals: true } as never), false],
  ['trust in who comes from this machine', TOKENS, true],
])('writes %s', (_, tokens, trustLoopback) => {
  const { written, tell } = createRig()
  tell(configured(TOKENS))
  tell(configured(tokens, trustLoopback))
  expect(written).toHaveLength(2)
  if (trustLoopback) expect(written[1]).toMatchObject({ access: [{}, { name: 'local', rights: 'admin' }, {}, {}] })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonPieces } from '../../storage/json-pieces.ts'

it('gives together what JSON.stringify gives of any JSON-safe data', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value))
    }),
  )
})

it('cuts long lists, also those inside', () => {
  const list = Array.from({ length: 250 }, (_, i) => ({ i, absent: undefined }))
  const state = { rules: { devices: list, none: [], nothing: {} }, absent: undefined, list }
  const pieces = [...jsonPieces(state)]

  expect(pieces.join('')).toBe(JSON.stringify(state))
  expect(pieces.length).toBeGreaterThan(6)
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { createAddressIndex } from '../../../core/address/address-index.ts'
import { assetPath } from '../../../core/source-path.ts'

interface Fixture {
  places: string
  aliases: Record<string, string>
  register: Record<string, string | { address: string; name?: string; spellings?: string[] }>
  spellings: [text: string, building: string | null][]
}
const fixture = parse(readFileSync(assetPath('tests/fixtures/addresses/spellings.yaml'), 'utf8')) as Fixture

function indexOf({ register, aliases, places }: Fixture) {
  const index = createAddressIndex()
  for (const [id, known] of Object.entries(register)) {
    const said = typeof known === 'string' ? { address: known } : known
    index.put({ id, protection: 'traditional', place: places, ...said })
  }
  for (const [alias, road] of Object.entries(aliases)) index.setAlias(alias, road)
  return index
}

it('understands spellings as people write them, and never takes one house for another', () => {
  const index = indexOf(fixture)
  const judged = fixture.spellings.map(([text, meant]) => ({ text, meant, ...index.match(text) }))
  const sure = judged.filter(({ building }) => building !== null)
  const right = sure.filter(({ building, meant }) => building === meant)
  const meant = judged.filter((one) => one.meant !== null)
  const wrong = judged.filter((one) => one.building !== one.meant)
  process.stdout.write(
    `${judged.length} spellings: ${sure.length} matched, precision ${(right.length / sure.length).toFixed(3)}, ` +
      `recall ${(right.length / meant.length).toFixed(3)} of ${meant.length}\n`,
  )

  expect(
    wrong.map(({ text, meant, building, candidates }) => ({ text, meant, building, first: candidates[0] })),
  ).toEqual([])
})

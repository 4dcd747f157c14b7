import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toText } from '../../app/commands/georef.ts'
import { georeference } from '../../app/georef.ts'
import type { Position } from '../../core/place.ts'
import type { GroundPoint } from '../../detectors/vision/ground.ts'

const FRAMES = fileURLToPath(new URL('../fixtures/frames/', import.meta.url))
const BEACH = ['0018', '0020', '0021', '0025', '0026'].map((number) => `beach-dji-${number}.jpg`)
const TURNED = 'beach-dji-0025.jpg'
const PATIENT = 120_000

interface Pair {
  a: string
  b: string
  points: [[number, number], [number, number]][]
}
const pairs = JSON.parse(await readFile(path.join(FRAMES, 'beach-block.json'), 'utf8')) as Pair[]

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'huying-georef-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function given(...names: string[]): Promise<void> {
  await Promise.all(names.map((name) => copyFile(path.join(FRAMES, name), path.join(folder, name))))
}

/** Metres between the two positions of every point, in ascending order; each picture is asked once. */
async function disagreementM(of: readonly Pair[]): Promise<number[]> {
  const asked = new Map<string, { x: number; y: number }[]>()
  const ask = (name: string, [x, y]: [number, number]) => {
    const pixels = asked.get(name) ?? []
    asked.set(name, pixels)
    return { name, index: pixels.push({ x, y }) - 1 }
  }
  const questions = of.flatMap(({ a, b, points }) =>
    points.map((point) => [ask(a, point[0]), ask(b, point[1])] as const),
  )
  const answers = new Map<string, (GroundPoint | null)[]>()
  for (const [name, pixels] of asked) {
    answers.set(name, (await georeference({ image: path.join(folder, name), pixels })).points)
  }
  const positionOf = ({ name, index }: ReturnType<typeof ask>) => answers.get(name)![index]!.position
  return questions.map((two) => metresBetween(...(two.map(positionOf) as [Position, Position]))).sort((x, y) => x - y)
}

/** Length of a degree at 46.8°, WGS-84. */
function metresBetween(a: Position, b: Position): number {
  return Math.hypot((a.lat - b.lat) * 111_167, (a.lon - b.lon) * 76_307)
}

const median = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)]!

describe('real photographs of one flight, two of which are stored upside down', () => {
  test('give one position for one point of the ground, to within two metres', { timeout: PATIENT }, async () => {
    await given(...BEACH)

    const errorsM = await disagreementM(pairs)

    expect(errorsM).toHaveLength(60)
    expect(median(errorsM)).toBeLessThan(1)
    expect(errorsM[54]).toBeLessThan(2)
  })

  test('do so even if each is placed by its own tags and one neighbour', { timeout: PATIENT }, async () => {
    const [pair] = pairs.filter(({ a, b }) => a.includes('0021') && b.includes('0025'))
    await given(pair!.a, pair!.b)

    expect(median(await disagreementM([pair!]))).toBeLessThan(2)
  })

  test('are told to be upside down', { timeout: PATIENT }, async () => {
    await given(...BEACH)
    const ask = (name: string) => georeference({ image: path.join(folder, name), pixels: [{ x: 9, y: 9 }] })

    expect(await ask(TURNED)).toMatchObject({
      turned: true,
      neighbours: expect.arrayContaining(['beach-dji-0026.jpg']),
    })
    expect((await ask('beach-dji-0020.jpg')).turned).toBe(false)
  })

  test('are not compared when asked not to', async () => {
    await given(...BEACH)

    const answer = await georeference({
      image: path.join(folder, TURNED),
      pixels: [{ x: 320, y: 180 }],
      alone: true,
    })

    expect(answer).toMatchObject({ neighbours: [], tiePoints: 0 })
    expect(toText([{ x: 320, y: 180 }], answer)).toContain('by its own tags alone')
  })
})

describe('what cannot be placed is told', () => {
  test('a picture without a pose', async () => {
    await given('river-boat.jpg')

    await expect(
      georeference({ image: path.join(folder, 'river-boat.jpg'), pixels: [{ x: 1, y: 1 }] }),
    ).rejects.toMatchObject({ code: 'bad_request', message: expect.stringContaining('does not say where') })
  })

  test('a pixel outside the picture', async () => {
    await given('beach-dji-0018.jpg')

    await expect(
      georeference({ image: path.join(folder, 'beach-dji-0018.jpg'), pixels: [{ x: 641, y: 1 }] }),
    ).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('a file that is not there', async () => {
    await expect(georeference({ image: path.join(folder, 'none.jpg'), pixels: [] })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('a pixel above the horizon, in its line', () => {
    const text = toText(
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
      {
        points: [null, { position: { lat: 31.2, lon: 121.5 }, radiusM: 3.21 }],
        neighbours: [],
        tiePoints: 0,
        turned: false,
      },
    )

    expect(text.split('\n').slice(0, 2)).toEqual([
      '1,2  no position: at or above the horizon, or more than 75° off straight down',
      '3,4  31.2000000, 121.5000000  ± 3.2 m',
    ])
  })
})

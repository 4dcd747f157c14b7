import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../core/refusal.ts'
import { type FrameHeader, type FrameHeaderOptions, readFrameHeader } from '../../ingest/frame-pose.ts'

const FRAMES = new URL('../fixtures/frames/', import.meta.url)
const plain = await sharp({ create: { width: 32, height: 24, channels: 3, background: '#345' } })
  .jpeg()
  .toBuffer()

async function headerOf(jpeg: Buffer, options?: FrameHeaderOptions): Promise<FrameHeader> {
  const header = await readFrameHeader(jpeg, options)
  if (isRefusal(header)) throw new Error(`${header.refused}: ${header.detail}`)
  return header
}

function xmpPacket(tags: string): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" ${tags}</rdf:Description></rdf:RDF></x:xmpmeta>`
  )
}

function withXmp(tags: string): Promise<Buffer> {
  return sharp(plain).withXmp(xmpPacket(tags)).toBuffer()
}

function withExif(exif: Record<string, string>, gps: Record<string, string> = {}): Promise<Buffer> {
  return sharp(plain).withExif({ IFD2: exif, IFD3: gps }).toBuffer()
}

/** Puts bytes into a JPEG as its EXIF segment. */
function withRawExif(exif: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 4)
  return Buffer.concat([head, body, plain.subarray(2)])
}

describe('a photograph from a drone', () => {
  test('tells its size, time and pose', async () => {
    const header = await headerOf(await readFile(new URL('beach-dji-0018.jpg', FRAMES)), { zone: 'America/Chicago' })

    expect(header).toEqual({
      widthPx: 640,
      heightPx: 360,
      atMs: Date.parse('2016-06-23T16:31:59-05:00'),
      pose: {
        position: { lat: expect.closeTo(46.842607, 6), lon: expect.closeTo(-91.99456, 6) },
        relativeAltitudeM: 39.8,
        absoluteAltitudeM: 198.31,
        gimbalYawDeg: 45,
        gimbalPitchDeg: -89.9,
        gimbalRollDeg: 0,
        focalPx: expect.closeTo((3.61 / 6.17) * 640, 6),
        focalSigma: 0.02,
      },
    })
  })

  test('has its own time for each frame', async () => {
    const first = await headerOf(await readFile(new URL('beach-dji-0020.jpg', FRAMES)))
    const second = await headerOf(await readFile(new URL('beach-dji-0021.jpg', FRAMES)))

    expect(second.atMs).toBeGreaterThan(first.atMs!)
    expect(second.pose.position).not.toEqual(first.pose.position)
  })
})

describe('DJI tags', () => {
  test('are read as attributes', async () => {
    const jpeg = await withXmp(
      'drone-dji:GpsLatitude="+31.2304100" drone-dji:GpsLongitude="+121.4737000" drone-dji:RelativeAltitude="+60.10" ' +
        'drone-dji:AbsoluteAltitude="-3.25" drone-dji:GimbalYawDegree="-12.50" drone-dji:GimbalPitchDegree="-90.00" ' +
        'drone-dji:GimbalRollDegree="+0.10">',
    )

    expect((await headerOf(jpeg)).pose).toEqual({
      position: { lat: 31.23041, lon: 121.4737 },
      relativeAltitudeM: 60.1,
      absoluteAltitudeM: -3.25,
      gimbalYawDeg: -12.5,
      gimbalPitchDeg: -90,
      gimbalRollDeg: 0.1,
    })
  })

  test('are read as elements', async () => {
    const jpeg = await withXmp(
      '><drone-dji:Latitude>31.5</drone-dji:Latitude><drone-dji:Longitude>121.25</drone-dji:Longitude>' +
        '<drone-dji:GimbalPitchDegree>-45.0</drone-dji:GimbalPitchDegree>',
    )

    expect((await headerOf(jpeg)).pose).toEqual({ position: { lat: 31.5, lon: 121.25 }, gimbalPitchDeg: -45 })
  })

  test('are read with the misspelt longitude of older firmware', async () => {
    const jpeg = await withXmp('drone-dji:GpsLatitude="+31.5" drone-dji:GpsLongtitude="+121.25">')

    expect((await headerOf(jpeg)).pose.position).toEqual({ lat: 31.5, lon: 121.25 })
  })

  test.each([
    ['2023:05:10 03:12:45.123456', '2023-05-10T03:12:45.123Z'],
    ['2023-05-10T03:12:45', '2023-05-10T03:12:45.000Z'],
    ['2023-05-10T03:12:45.5', '2023-05-10T03:12:45.500Z'],
  ])('tell the time in UTC: %s', async (text, expected) => {
    expect((await headerOf(await withXmp(`drone-dji:UTCAtExposure="${text}">`))).atMs).toBe(Date.parse(expected))
  })

  test.each([
    ['no fix', 'drone-dji:GpsLatitude="+0.0" drone-dji:GpsLongitude="+0.0">'],
    ['a place off the globe', 'drone-dji:GpsLatitude="+131.5" drone-dji:GpsLongitude="+121.25">'],
    [
      'words for numbers',
      'drone-dji:GpsLatitude="north" drone-dji:GpsLongitude="1e3" drone-dji:RelativeAltitude="NaN">',
    ],
    ['a month that is none', 'drone-dji:UTCAtExposure="2023:13:45 03:12:45">'],
  ])('give nothing for %s', async (_, tags) => {
    expect(await headerOf(await withXmp(tags))).toEqual({ widthPx: 32, heightPx: 24, atMs: null, pose: {} })
  })

  test.each([
    ['is believed when the 35 mm equivalent agrees', '22.0', 22],
    ['gives way when the picture was reduced', '3000.0', (24 / 36) * 32],
    ['gives way when it is nought', '0.0', (24 / 36) * 32],
  ])('the calibrated focal length %s', async (_, calibrated, expected) => {
    const jpeg = await sharp(plain)
      .withXmp(xmpPacket(`drone-dji:CalibratedFocalLength="${calibrated}">`))
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '24' } })
      .toBuffer()

    expect((await headerOf(jpeg)).pose.focalPx).toBeCloseTo(expected, 6)
  })
})

describe('the lens', () => {
  const optics = async (tags: string, exif: Record<string, string> = {}, ifd0: Record<string, string> = {}) => {
    const jpeg = await sharp(plain)
      .withXmp(xmpPacket(`${tags}>`))
      .withExif({ IFD0: ifd0, IFD2: exif })
      .toBuffer()
    const { focalPx, focalSigma, opticalCentrePx, distortion } = (await headerOf(jpeg)).pose
    return { focalPx, focalSigma, opticalCentrePx, distortion }
  }
  const DEWARP = 'drone-dji:DewarpData="2023-05-10;24.5,24.4,-1.5,0.5,-0.1,0.02,0.001,-0.002,0.03"'

  test('is known best from the data that straighten it', async () => {
    expect(await optics(DEWARP)).toEqual({
      focalPx: 24.5,
      focalSigma: 0.005,
      opticalCentrePx: [14.5, 12.5],
      distortion: [-0.1, 0.02, 0.001, -0.002, 0.03],
    })
  })

  test('bends nothing in a picture that the camera has straightened', async () => {
    expect(await optics(`${DEWARP} drone-dji:DewarpFlag="1"`)).toMatchObject({ focalPx: 24.5, distortion: undefined })
  })

  test('has its optical centre where the camera says', async () => {
    const tags =
      'drone-dji:CalibratedFocalLength="24" drone-dji:CalibratedOpticalCenterX="17" drone-dji:CalibratedOpticalCenterY="11"'

    expect(await optics(tags)).toMatchObject({ focalPx: 24, opticalCentrePx: [17, 11] })
  })

  test('is known from the width of the sensor of a known camera before its 35 mm equivalent', async () => {
    const exif = { FocalLength: '361/100', FocalLengthIn35mmFilm: '20' }

    expect((await optics('', exif, { Model: 'FC300S' })).focalPx).toBeCloseTo((3.61 / 6.17) * 32, 6)
    expect((await optics('', exif, { Model: 'unheard of' })).focalPx).toBeCloseTo((20 / 36) * 32, 6)
  })
})

test('a picture that a viewer turned, and that lies as it was taken, is upside down', async () => {
  const by = async (software: string) =>
    (
      await headerOf(
        await sharp(plain)
          .withExif({ IFD0: { Software: software } })
          .toBuffer(),
      )
    ).pose.turned

  expect(await by('Microsoft Windows Photo Viewer 10.0.10240.16384')).toBe(true)
  expect(await by('v01.07.0000')).toBeUndefined()
})

test('a drone with RTK tells how well it knows its place', async () => {
  const place = 'drone-dji:GpsLatitude="+31.2" drone-dji:GpsLongitude="+121.4"'
  const sigma = async (tags: string) => (await headerOf(await withXmp(`${place} ${tags}>`))).pose.positionSigmaM

  expect(await sigma('drone-dji:RtkFlag="50" drone-dji:RtkStdLat="0.031" drone-dji:RtkStdLon="0.02"')).toBe(0.031)
  expect(await sigma('drone-dji:RtkFlag="34"')).toBe(0.4)
  expect(await sigma('drone-dji:RtkFlag="0"')).toBeUndefined()
})

describe('EXIF', () => {
  const taken = { DateTimeOriginal: '2024:06:01 08:30:00' }

  test.each([
    ['without a zone in the default one', taken, undefined, '2024-06-01T08:30:00+08:00'],
    ['without a zone in the one given', taken, 'UTC', '2024-06-01T08:30:00Z'],
    ['in its own zone', { ...taken, OffsetTimeOriginal: '-03:30' }, undefined, '2024-06-01T08:30:00-03:30'],
    ['with parts of seconds', { ...taken, SubSecTimeOriginal: '25' }, undefined, '2024-06-01T08:30:00.250+08:00'],
    [
      'before a change of clocks',
      { DateTimeOriginal: '2024:03:31 01:30:00' },
      'Europe/Berlin',
      '2024-03-31T01:30:00+01:00',
    ],
    [
      'after a change of clocks',
      { DateTimeOriginal: '2024:03:31 03:30:00' },
      'Europe/Berlin',
      '2024-03-31T03:30:00+02:00',
    ],
  ])('gives the time %s', async (_, exif, zone, expected) => {
    const header = await headerOf(await withExif(exif), zone === undefined ? {} : { zone })

    expect(header.atMs).toBe(Date.parse(expected))
  })

  test.each(['0000:00:00 00:00:00', '1980:01:01 00:00:00', 'yesterday'])('gives no time for "%s"', async (text) => {
    expect((await headerOf(await withExif({ DateTimeOriginal: text }))).atMs).toBeNull()
  })

  test('gives position and altitude, with hemisphere and below sea level', async () => {
    const gps = {
      GPSLatitudeRef: 'S',
      GPSLatitude: '33/1 51/1 3576/100',
      GPSLongitudeRef: 'E',
      GPSLongitude: '151/1 12/1 0/1',
      GPSAltitudeRef: '0',
      GPSAltitude: '125/10',
    }
    const jpeg = await withExif({}, gps)
    // Tag 5, one byte: the library that writes it here knows only "above".
    const reference = jpeg.indexOf(Buffer.from([5, 0, 1, 0, 1, 0, 0, 0]))
    jpeg[reference + 8] = 1

    expect((await headerOf(jpeg)).pose).toEqual({
      position: { lat: expect.closeTo(-33.8599333, 6), lon: expect.closeTo(151.2, 6) },
      absoluteAltitudeM: -12.5,
    })
  })

  test('does not stop a frame when it is garbage', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('MM\0*', 'II*\0', ''),
        async (noise, order) => {
          const header = await headerOf(withRawExif(Buffer.concat([Buffer.from(order, 'latin1'), noise])))
          expect(header).toMatchObject({ widthPx: 32, heightPx: 24 })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('that claims thousands of times its bytes is not read', async () => {
    // 4,000 entries, each an array of the same 60,000 bytes, then a time that would be believed.
    const entries = 4_000
    const forged = Buffer.alloc(60_000)
    forged.write('MM\0*', 0, 'latin1')
    forged.writeUInt32BE(8, 4)
    forged.writeUInt16BE(entries, 8)
    for (let entry = 0; entry < entries; entry++) {
      const at = 10 + entry * 12
      forged.writeUInt16BE(0xc000 + entry, at)
      forged.writeUInt16BE(1, at + 2)
      forged.writeUInt32BE(59_000, at + 4)
      forged.writeUInt32BE(8, at + 8)
    }

    const before = process.memoryUsage().heapUsed
    const header = await headerOf(withRawExif(forged))

    expect(header).toEqual({ widthPx: 32, heightPx: 24, atMs: null, pose: {} })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
  })
})

describe('what is no frame is refused', () => {
  test.each([
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['nothing', Buffer.alloc(0)],
    ['a signature and no more', Buffer.from([0xff, 0xd8, 0xff])],
    ['the first 100 bytes of a frame', plain.subarray(0, 100)],
  ])('%s', async (_, bytes) => {
    expect(await readFrameHeader(bytes)).toMatchObject({ refused: 'not_a_jpeg' })
  })

  test('a PNG', async () => {
    expect(await readFrameHeader(await sharp(plain).png().toBuffer())).toMatchObject({ refused: 'not_a_jpeg' })
  })

  test('absurd dimensions', async () => {
    const bomb = Buffer.from(plain)
    const sof = bomb.indexOf(Buffer.from([0xff, 0xc0]))
    bomb.writeUInt16BE(60_000, sof + 5)
    bomb.writeUInt16BE(60_000, sof + 7)

    expect(await readFrameHeader(bomb)).toEqual({
      refused: 'too_large',
      detail: '60000 × 60000 pixels, at most 100000000 allowed',
    })
  })

  test('noise of any kind, without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        expect(isRefusal(await readFrameHeader(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), noise])))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

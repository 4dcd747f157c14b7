const APP1 = 0xe1
const START_OF_SCAN = 0xda
const EXIF_HEADER = Buffer.from('Exif\0\0', 'latin1')
const XMP_HEADER = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1')

/**
 * The JPEG with these EXIF and XMP blocks in place of those it had. The picture's own bytes stay as they are.
 * exif: a TIFF block · xmp: an XMP packet · each under 64 KiB
 */
export function stampJpeg(jpeg: Buffer, exif: Buffer, xmp: Buffer): Buffer {
  return Buffer.concat([
    jpeg.subarray(0, 2),
    app1(EXIF_HEADER, exif),
    app1(XMP_HEADER, xmp),
    ...segmentsWithoutApp1(jpeg),
  ])
}

function app1(header: Buffer, body: Buffer): Buffer {
  const marker = Buffer.from([0xff, APP1, 0, 0])
  marker.writeUInt16BE(2 + header.length + body.length, 2)
  return Buffer.concat([marker, header, body])
}

function segmentsWithoutApp1(jpeg: Buffer): Buffer[] {
  const kept: Buffer[] = []
  let at = 2
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2)
    if (jpeg[at + 1] !== APP1) kept.push(jpeg.subarray(at, end))
    at = end
  }
  return [...kept, jpeg.subarray(at)]
}

/**
 * A 5×7 pixel alphabet, so that labels look the same on a machine without any font. Seven rows from top to bottom, two
 * hexadecimal digits each, the lowest five bits from left to right.
 */
const GLYPHS: Record<string, string> = {
  '0': '0e11131519110e',
  '1': '040c040404040e',
  '2': '0e11010608101f',
  '3': '1f02040201110e',
  '4': '02060a121f0202',
  '5': '1f101e0101110e',
  '6': '0608101e11110e',
  '7': '1f010204080808',
  '8': '0e11110e11110e',
  '9': '0e11110f01020c',
  a: '00000e010f110f',
  b: '1010161911111e',
  c: '00000e1010110e',
  d: '01010d1311110f',
  e: '00000e111f100e',
  f: '0609081c080808',
  g: '000f11110f010e',
  h: '10101619111111',
  i: '04000c0404040e',
  j: '0200060202120c',
  k: '10101214181412',
  l: '0c04040404040e',
  m: '00001a15151111',
  n: '00001619111111',
  o: '00000e1111110e',
  p: '00001e111e1010',
  q: '00000d130f0101',
  r: '00001619101010',
  s: '00000e100e011e',
  t: '08081c08080906',
  u: '0000111111130d',
  v: '00001111110a04',
  w: '0000111115150a',
  x: '0000110a040a11',
  y: '000011110f010e',
  z: '00001f0204081f',
  '.': '00000000000c0c',
  '-': '0000001f000000',
  _: '0000000000001f',
  '?': '0e110102040004',
  ' ': '00000000000000',
}
const GLYPH_COLUMNS = 5
const GLYPH_ROWS = 7
/** One empty column between letters. */
const ADVANCE = GLYPH_COLUMNS + 1

/** Size of a text in dots. */
export function textSize(text: string): { columns: number; rows: number } {
  return { columns: Math.max(0, [...text].length * ADVANCE - 1), rows: GLYPH_ROWS }
}

/**
 * A text as SVG path data, upper left corner at `x`, `y`, `dot` pixels per dot. Letters are drawn small, what the
 * alphabet lacks becomes `?`.
 */
export function textPath(text: string, x: number, y: number, dot: number): string {
  return [...text.toLowerCase()].map((letter, index) => glyphPath(letter, x + index * ADVANCE * dot, y, dot)).join('')
}

function glyphPath(letter: string, x: number, y: number, dot: number): string {
  const rows = GLYPHS[letter] ?? GLYPHS['?']!
  let path = ''
  for (let row = 0; row < GLYPH_ROWS; row++) {
    const bits = Number.parseInt(rows.slice(row * 2, row * 2 + 2), 16)
    for (let column = 0; column < GLYPH_COLUMNS; column++) {
      if ((bits >> (GLYPH_COLUMNS - 1 - column)) & 1) {
        path += `M${x + column * dot} ${y + row * dot}h${dot}v${dot}h${-dot}z`
      }
    }
  }
  return path
}

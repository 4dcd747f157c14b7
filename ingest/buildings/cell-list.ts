/** Several texts in one cell. A backslash takes a character as it is. */

/** Part the texts of a list: names, devices. */
export const LIST_SEPARATORS = ';；|、'

const ESCAPED = /\\([\s\S])/g

/** Cuts at characters of `separators` that no backslash stands before; empty pieces are left out. Pieces keep their backslashes. */
export function cutCell(cell: string, separators: string): string[] {
  const pieces = ['']
  for (let i = 0; i < cell.length; i++) {
    const character = cell[i]!
    if (character === '\\' && i + 1 < cell.length) pieces[pieces.length - 1] += character + cell[++i]!
    else if (separators.includes(character)) pieces.push('')
    else pieces[pieces.length - 1] += character
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
}

/** The text that is meant by a piece. */
export function plainText(piece: string): string {
  return piece.replace(ESCAPED, '$1')
}

/** The piece that means a text; characters of `special` mean nothing in it. */
export function toPiece(text: string, special: string): string {
  return [...text].map((one) => (one === '\\' || special.includes(one) ? `\\${one}` : one)).join('')
}

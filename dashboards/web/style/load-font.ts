/**
 * The font is 10 MB in 100 pieces, of which a page needs a few; to know which, its style sheet is read and all text laid out
 * again. So it comes when the first rows are there, never before them.
 */
export function loadFont(): void {
  void import('./font.ts').catch(() => undefined)
}

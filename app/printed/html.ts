/** Text that is HTML already. Made by `html` alone, so that whatever comes from outside is escaped. */
export interface Html {
  readonly html: string
}

type Part = string | number | Html | undefined | false | readonly Part[]

/** A template whose blanks are escaped, unless they are `Html`; nothing for `undefined` and `false`. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: strings.reduce((made, text, index) => `${made}${toHtml(parts[index - 1])}${text}`) }
}

function toHtml(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  if ('html' in part) return part.html
  return part.map(toHtml).join('')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For text and quoted attributes. Control characters, which no page may hold, and marks that turn the direction of text are shown as U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (mark) => ('\t\n\r'.includes(mark) ? mark : '\ufffd'))
    .replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
}

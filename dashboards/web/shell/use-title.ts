import { useEffect, useMemo } from 'react'
import type { LiveState } from '../live/live-state.ts'
import { countWaiting } from '../live/queue-view.ts'
import { useWords } from '../words/i18n.ts'

/** What a tab shows that nobody looks at: how many wait, the worst of them, and a dot in its colour. */
export function useTitle(live: LiveState, name: string): void {
  const { t } = useWords()
  const unacknowledged = useMemo(() => countWaiting(live.alerts), [live.alerts])
  const waiting = unacknowledged[0]!
  const worst = ([1, 2, 3, 4] as const).find((level) => unacknowledged[level]! > 0)
  const isLost = live.link.state === 'lost'
  const level = worst === undefined ? '' : t(`levelRoman.${worst}`)
  useEffect(() => {
    document.title = isLost ? `${t('link.lost')} · ${name}` : waiting > 0 ? `(${waiting}) ${level} · ${name}` : name
    setDot(isLost ? '#8b99a6' : worst === undefined ? null : DOTS[worst])
  }, [waiting, level, worst, isLost, name, t])
}

const DOTS = { 1: '#f0453a', 2: '#ff9a3c', 3: '#ffe066', 4: '#4c9bff' }
const OWN_ICON = '/icon.svg'

/** A data address is no request. */
function setDot(colour: string | null): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (link === null) return
  const dot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="13" fill="${colour}" stroke="#0b0f14" stroke-width="2"/></svg>`
  const address = colour === null ? OWN_ICON : `data:image/svg+xml,${encodeURIComponent(dot)}`
  if (link.getAttribute('href') !== address) link.setAttribute('href', address)
}

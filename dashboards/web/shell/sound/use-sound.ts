import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LiveState } from '../../live/live-state.ts'
import { createPlayer } from './player.ts'
import { answered, decideSound, SILENT, type Tone, toggleMute } from './sound-plan.ts'

/** What the page sounds like at this seat. */
export interface Sound {
  /** Null until it was asked: the browser knows only then. */
  isArmed: boolean | null
  mutedUntilMs: number
  arm(): void
  toggleMute(): void
  test(tone: Tone): void
  /** Somebody at this seat acknowledged an alert. */
  heard(): void
}

/** Sounds as the feed tells, through one voice. */
export function useSound(live: LiveState): Sound {
  const player = useMemo(createPlayer, [])
  const state = useRef(SILENT)
  const [isArmed, setArmed] = useState<boolean | null>(null)
  const [mutedUntilMs, setMutedUntilMs] = useState(0)
  useEffect(() => setArmed(player.isArmed()), [player])
  useEffect(() => {
    const decided = decideSound(state.current, live, Date.now())
    state.current = decided.state
    if (decided.tone !== null) player.play(decided.tone)
  }, [live, player])
  const arm = useCallback(() => void player.arm().then(setArmed), [player])
  return {
    isArmed,
    mutedUntilMs,
    arm,
    toggleMute() {
      state.current = toggleMute(state.current, Date.now())
      setMutedUntilMs(state.current.mutedUntilMs)
    },
    test: (tone) =>
      void player.arm().then((does) => {
        setArmed(does)
        player.play(tone)
      }),
    heard() {
      state.current = answered(state.current, Date.now())
    },
  }
}

import type { Tone } from './sound-plan.ts'

interface Beep {
  hz: number
  /** Seconds from the beginning of the tone. */
  atS: number
  lastsS: number
  /** 0 to 1. */
  loud: number
}

/** Tones by oscillators: no file to be loaded, nothing to be missing. */
const TONES: Record<Tone, Beep[]> = {
  1: [0, 1, 2].flatMap((turn) => [
    { hz: 880, atS: turn * 0.5, lastsS: 0.2, loud: 0.5 },
    { hz: 660, atS: turn * 0.5 + 0.22, lastsS: 0.2, loud: 0.5 },
  ]),
  2: [0, 0.3].map((atS) => ({ hz: 660, atS, lastsS: 0.2, loud: 0.35 })),
  3: [{ hz: 440, atS: 0, lastsS: 0.25, loud: 0.15 }],
  lost: [0, 0.2].map((atS) => ({ hz: 330, atS, lastsS: 0.12, loud: 0.3 })),
}
const RAMP_S = 0.015

/** The one voice of the page. */
export interface Player {
  /** Browsers let a page sound only after somebody has touched it. */
  isArmed(): boolean
  /** Call it from a click or key. Resolves to whether it sounds from now on. */
  arm(): Promise<boolean>
  /** A higher tone ends a lower one; a lower one is dropped while a higher one sounds. */
  play(tone: Tone): void
}

const RANK: Record<Tone, number> = { 1: 0, 2: 1, lost: 2, 3: 3 }

export function createPlayer(): Player {
  let context: AudioContext | null = null
  let voice: { tone: Tone; endsAtS: number; gain: GainNode } | null = null

  function open(): AudioContext | null {
    if (typeof AudioContext === 'undefined') return null
    context ??= new AudioContext()
    return context
  }

  return {
    isArmed: () => open()?.state === 'running',
    async arm() {
      const opened = open()
      if (opened === null) return false
      await opened.resume().catch(() => undefined)
      return opened.state === 'running'
    },
    play(tone) {
      if (context === null || context.state !== 'running') return
      const nowS = context.currentTime
      if (voice !== null && nowS < voice.endsAtS) {
        if (RANK[voice.tone] < RANK[tone]) return
        voice.gain.disconnect()
      }
      const gain = context.createGain()
      gain.connect(context.destination)
      const beeps = TONES[tone]
      for (const beep of beeps) sound(context, gain, nowS, beep)
      voice = { tone, gain, endsAtS: nowS + Math.max(...beeps.map(({ atS, lastsS }) => atS + lastsS)) }
    },
  }
}

function sound(context: AudioContext, out: GainNode, beginS: number, { hz, atS, lastsS, loud }: Beep): void {
  const from = beginS + atS
  const oscillator = context.createOscillator()
  const envelope = context.createGain()
  oscillator.frequency.value = hz
  envelope.gain.setValueAtTime(0, from)
  envelope.gain.linearRampToValueAtTime(loud, from + RAMP_S)
  envelope.gain.setValueAtTime(loud, from + lastsS - RAMP_S)
  envelope.gain.linearRampToValueAtTime(0, from + lastsS)
  oscillator.connect(envelope)
  envelope.connect(out)
  oscillator.start(from)
  oscillator.stop(from + lastsS)
}

import { useState } from 'react'
import { useWords } from '../../words/i18n.ts'
import { formatElapsed } from '../../words/times.ts'
import { Dialog } from '../dialog.tsx'
import { Icon } from '../icon.tsx'
import { SeverityMark } from '../severity-mark.tsx'
import { useNow } from '../use-now.ts'
import type { Sound } from './use-sound.ts'

const TESTED = [1, 2, 3] as const

/** The button in the head: whether there is sound, how long it is muted, and a place to try the tones. */
export function SoundMenu({ sound }: { sound: Sound }) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  const nowMs = useNow(0)
  const leftMs = sound.mutedUntilMs - nowMs
  const isMuted = leftMs > 0
  const word = isMuted
    ? t('sound.mutedFor', { left: formatElapsed(leftMs + 999) })
    : t(sound.isArmed ? 'sound.on' : 'sound.off')
  return (
    <>
      <button type="button" className="sound" onClick={() => setOpen(true)} title={t('sound.title')}>
        <Icon name={sound.isArmed && !isMuted ? 'speaker' : 'muted'} />
        <span className="sound-word">{word}</span>
      </button>
      {isOpen && (
        <Dialog title={t('sound.title')} onClose={() => setOpen(false)}>
          <div className="dialog-body">
            <p>{t('sound.text')}</p>
            <div className="sound-tests">
              {TESTED.map((level) => (
                <button key={level} type="button" onClick={() => sound.test(level)}>
                  <SeverityMark level={level} hasWordBeside />
                  {t('sound.test', { level: t(`level.${level}`) })}
                </button>
              ))}
            </div>
            <div className="form-buttons">
              {!sound.isArmed && (
                <button type="button" className="primary" onClick={sound.arm}>
                  {t('sound.arm')}
                </button>
              )}
              <button type="button" aria-pressed={isMuted} onClick={sound.toggleMute}>
                {t(isMuted ? 'sound.unmute' : 'sound.mute')} <kbd>M</kbd>
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** Says that nothing will be heard until somebody allows it. */
export function SoundBanner({ sound }: { sound: Sound }) {
  const { t } = useWords()
  const [isDismissed, setDismissed] = useState(false)
  if (sound.isArmed !== false || isDismissed) return null
  return (
    <section className="sound-banner" aria-label={t('sound.title')}>
      <Icon name="muted" />
      <span className="grow">{t('sound.banner')}</span>
      <button type="button" className="primary" onClick={sound.arm}>
        {t('sound.arm')}
      </button>
      <button type="button" className="icon" onClick={() => setDismissed(true)} aria-label={t('sound.later')}>
        <Icon name="close" />
      </button>
    </section>
  )
}

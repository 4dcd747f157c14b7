import type { AlertView } from '../../../contract.ts'
import { Dialog } from '../../shell/dialog.tsx'
import type { Times } from '../../words/times.ts'
import type { Act } from '../commands.ts'
import { useCommandWords } from '../words.ts'
import type { ActFormProps } from './act-form.tsx'
import { type Assignees, AssignForm } from './assign-form.tsx'
import { FalseAlarmForm } from './false-alarm-form.tsx'
import { ShelveForm } from './shelve-form.tsx'

/** Acts that ask something first. */
export type AskedAct = 'assign' | 'false_alarm' | 'shelve'

interface ActDialogProps {
  asked: AskedAct
  alerts: readonly AlertView[]
  assignees: Assignees
  clockOffsetMs: number
  times: Times
  onAct: (act: Act) => void
  onClose: () => void
}

/** Asks what an act needs to know. */
export function ActDialog({ asked, alerts, assignees, clockOffsetMs, times, onAct, onClose }: ActDialogProps) {
  const { t, language } = useCommandWords()
  const count = alerts.length
  const what = count === 1 ? alerts[0]!.ruleTitle[language] : t('command.picked', { count })
  const shared: ActFormProps = {
    alerts,
    submitWord: (act) => t(count === 1 ? 'command.form.submit' : 'command.form.submitMany', { act, count }),
    onAct(act) {
      onClose()
      onAct(act)
    },
    onCancel: onClose,
  }
  return (
    <Dialog title={`${t(`command.act.${asked}`)} · ${what}`} onClose={onClose}>
      {asked === 'assign' && <AssignForm {...shared} assignees={assignees} />}
      {asked === 'false_alarm' && <FalseAlarmForm {...shared} />}
      {asked === 'shelve' && <ShelveForm {...shared} {...{ clockOffsetMs, times }} />}
    </Dialog>
  )
}

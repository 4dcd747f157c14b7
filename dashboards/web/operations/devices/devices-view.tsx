import { useEffect, useMemo, useRef, useState } from 'react'
import { stepFrom } from '../../shell/step-from.ts'
import { useNow } from '../../shell/use-now.ts'
import { Filters } from '../choices.tsx'
import { Empty } from '../empty.tsx'
import { ListHead } from '../list-head.tsx'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { DeviceDrawer } from './device-drawer.tsx'
import {
  chooseRows,
  countFilters,
  DEVICE_FILTERS,
  type DeviceColumn,
  type DeviceFilter,
  type DeviceSort,
  toDeviceRows,
} from './device-rows.ts'
import { DeviceTable } from './device-table.tsx'
import { MuteDialog } from './mute-dialog.tsx'
import { RegisterDialog } from './register-dialog.tsx'

/** A table of so many is asked for less often: it is a megabyte and more. */
const MANY_DEVICES = 5_000
const EVERY_MS = 5_000
const EVERY_MS_OF_MANY = 30_000

/** Who is there, how they are doing, and one of them from near. */
export function DevicesView(props: ViewProps) {
  const { api, calls, session, live, search, openId, onOpen, refresh } = props
  const { t } = useOperationsWords()
  const nowMs = useNow(live.clockOffsetMs)
  const everyMs = (live.stats?.devices ?? 0) > MANY_DEVICES ? EVERY_MS_OF_MANY : EVERY_MS
  const [loaded, loadAgain] = usePolled('devices', everyMs, refresh, async () => {
    const [devices, health, outOfService] = await Promise.all([api.devices(), calls.health(), calls.outOfService()])
    return { devices, health, outOfService }
  })
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<DeviceFilter | null>(null)
  const [sort, setSort] = useState<DeviceSort>({ by: 'state', descending: false })
  const [selectedId, setSelectedId] = useState(openId)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [muting, setMuting] = useState<readonly string[] | null>(null)
  const [isRegistering, setRegistering] = useState(false)
  const list = useRef<HTMLElement>(null)
  useEffect(() => {
    if (openId !== null) setSelectedId(openId)
  }, [openId])
  // Ages grow by the second, states by the poll: rows are made anew only with new answers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said
  const rows = useMemo(() => (loaded.state === 'ready' ? toDeviceRows(loaded.value, nowMs) : []), [loaded])
  const counts = useMemo(() => countFilters(rows), [rows])
  const chosen = useMemo(() => chooseRows(rows, { text, filter, sort }), [rows, text, filter, sort])
  const mayOperate = session.rights !== 'view'
  const isAdmin = session.rights === 'admin'
  const select = (id: string) => {
    setSelectedId(id)
    if (openId !== null) onOpen(id)
  }
  const move = (by: number) => {
    const ids = chosen.map(({ id }) => id)
    const next = stepFrom(ids, selectedId, by)
    if (next === undefined) return
    select(next)
    // Else Enter would press the button that was pressed last.
    if (openId === null) list.current?.focus({ preventScroll: true })
  }
  const toggle = (id: string) =>
    setPicked((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const isAllPicked = chosen.length > 0 && chosen.every(({ id }) => picked.has(id))
  const pickAll = () => setPicked(isAllPicked ? new Set() : new Set(chosen.map(({ id }) => id)))
  const sortBy = (by: DeviceColumn) =>
    setSort((before) => ({ by, descending: before.by === by ? !before.descending : false }))
  useViewKeys(t('operations.devices'), {
    next: () => move(1),
    previous: () => move(-1),
    first: () => move(-chosen.length),
    last: () => move(chosen.length),
    open: () => selectedId !== null && onOpen(selectedId),
    ...(mayOperate && { pick: () => selectedId !== null && toggle(selectedId) }),
    escape: () => letGo() || (picked.size > 0 && openId === null ? setPicked(new Set()) : onOpen(null)),
  })
  const outPicked = rows.filter(({ id, out }) => picked.has(id) && out !== undefined).map(({ id }) => id)
  const open = rows.find(({ id }) => id === openId)

  return (
    <div className={openId === null ? 'devices-view' : 'devices-view has-drawer'}>
      <section className="card devices-card" aria-label={t('operations.devices')}>
        <ListHead
          {...{ search, text }}
          title={t('operations.devices')}
          count={rows.length}
          searchLabel={t('operations.search.device')}
          onText={setText}
        >
          <Filters
            of={DEVICE_FILTERS}
            chosen={filter}
            wordOf={(one) => `${t(`operations.filter.${one}`)} ${counts[one]}`}
            onChoose={setFilter}
          />
          <span className="grow" />
          {isAdmin && (
            <button type="button" onClick={() => setRegistering(true)}>
              {t('operations.register')}
            </button>
          )}
        </ListHead>
        {picked.size > 0 && (
          <BulkBar
            calls={calls}
            count={picked.size}
            outIds={outPicked}
            onMute={() => setMuting([...picked])}
            onPutBack={loadAgain}
            onUnpick={() => setPicked(new Set())}
          />
        )}
        {loaded.state === 'ready' && chosen.length > 0 ? (
          <DeviceTable
            {...{ list, sort, selectedId, picked, isAllPicked, nowMs }}
            rows={chosen}
            mayPick={mayOperate}
            onSort={sortBy}
            onOpen={onOpen}
            onPick={toggle}
            onPickAll={pickAll}
          />
        ) : (
          <Empty loaded={loaded} onRetry={loadAgain}>
            {rows.length === 0 ? t('operations.noDevices') : t('operations.noMatch')}
          </Empty>
        )}
      </section>
      {openId !== null && (
        <DeviceDrawer
          {...props}
          key={openId}
          id={openId}
          row={open}
          nowMs={nowMs}
          isMissing={loaded.state === 'ready' && open === undefined}
          onMute={() => setMuting([openId])}
          onChanged={loadAgain}
          onClose={() => onOpen(null)}
        />
      )}
      {muting !== null && (
        <MuteDialog
          calls={calls}
          ids={muting}
          clockOffsetMs={live.clockOffsetMs}
          onDone={() => {
            setPicked(new Set())
            loadAgain()
          }}
          onClose={() => setMuting(null)}
        />
      )}
      {isRegistering && <RegisterDialog calls={calls} onDone={loadAgain} onClose={() => setRegistering(false)} />}
    </div>
  )
}

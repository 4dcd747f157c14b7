import { type RefObject, useMemo, useRef, useState } from 'react'
import type { PageProps } from '../../shell/pages.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { useNow } from '../../shell/use-now.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { useAct } from '../use-act.ts'
import { usePoll } from '../use-poll.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import { useOperationsWords } from '../words.ts'
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
import { forEachOf, MuteDialog } from './mute-dialog.tsx'
import { RegisterDialog } from './register-dialog.tsx'

interface DevicesViewProps extends PageProps {
  calls: OperationsCalls
  search: RefObject<HTMLInputElement | null>
  openId: string | null
  onOpen: (id: string | null) => void
  refresh: number
}

/** A table of so many is asked for less often: it is a megabyte and more. */
const MANY_DEVICES = 5_000
const EVERY_MS = 5_000
const EVERY_MS_OF_MANY = 30_000

/** Who is there, how they are doing, and one of them from near. */
export function DevicesView(props: DevicesViewProps) {
  const { api, calls, session, live, search, openId, onOpen, refresh } = props
  const { t } = useOperationsWords()
  const nowMs = useNow(live.clockOffsetMs)
  const beat = usePoll((live.stats?.devices ?? 0) > MANY_DEVICES ? EVERY_MS_OF_MANY : EVERY_MS)
  const [changes, setChanges] = useState(0)
  const [loaded, retry] = useLoaded('devices', `${beat} ${refresh} ${changes} ${live.snapshots}`, async () => {
    const [devices, health, outOfService] = await Promise.all([api.devices(), calls.health(), calls.outOfService()])
    return { devices, health, outOfService }
  })
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<DeviceFilter | null>(null)
  const [sort, setSort] = useState<DeviceSort>({ by: 'state', descending: false })
  const [selectedId, setSelectedId] = useState(openId)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [isMuting, setMuting] = useState(false)
  const [isRegistering, setRegistering] = useState(false)
  const list = useRef<HTMLElement>(null)
  const putBack = useAct()
  // Ages grow by the second, states by the poll: rows are made anew only with new answers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said
  const rows = useMemo(() => (loaded.state === 'ready' ? toDeviceRows(loaded.value, nowMs) : []), [loaded])
  const counts = useMemo(() => countFilters(rows), [rows])
  const chosen = useMemo(() => chooseRows(rows, { text, filter, sort }), [rows, text, filter, sort])
  const mayOperate = session.rights !== 'view'
  const isAdmin = session.rights === 'admin'
  const changed = () => setChanges((count) => count + 1)
  const select = (id: string) => {
    setSelectedId(id)
    if (openId !== null) onOpen(id)
  }
  const move = (by: number) => {
    const at = chosen.findIndex(({ id }) => id === selectedId)
    const next = chosen[Math.min(chosen.length - 1, Math.max(0, at === -1 ? 0 : at + by))]
    if (next === undefined) return
    select(next.id)
    // Else Enter would press the button that was pressed last.
    if (openId === null) list.current?.focus({ preventScroll: true })
  }
  const toggle = (id: string) =>
    setPicked((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const pickAll = () => setPicked(picked.size >= chosen.length ? new Set() : new Set(chosen.map(({ id }) => id)))
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
        <header className="wraps">
          <h2>{t('operations.devices')}</h2>
          <span className="tag">{rows.length}</span>
          <input
            ref={search}
            type="search"
            className="search"
            value={text}
            placeholder={t('operations.search.device')}
            aria-label={t('operations.search.device')}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="filters">
            {DEVICE_FILTERS.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={filter === one}
                onClick={() => setFilter(filter === one ? null : one)}
              >
                {t(`operations.filter.${one}`)} {counts[one]}
              </button>
            ))}
          </div>
          <span className="grow" />
          {isAdmin && (
            <button type="button" onClick={() => setRegistering(true)}>
              {t('operations.register')}
            </button>
          )}
        </header>
        {picked.size > 0 && (
          <div className="bulk">
            <b>{t('operations.picked', { count: picked.size })}</b>
            <button type="button" onClick={() => setMuting(true)}>
              {t('operations.mute.title')}
            </button>
            {outPicked.length > 0 && (
              <button
                type="button"
                disabled={putBack.isBusy}
                onClick={() => void putBack.run(() => forEachOf(outPicked, calls.putBack)).then(changed)}
              >
                {t('operations.putBack', { count: outPicked.length })}
              </button>
            )}
            <button type="button" className="is-quiet" onClick={() => setPicked(new Set())}>
              {t('operations.unpick')}
            </button>
            {putBack.failure !== null && (
              <span className="failure" role="alert">
                {t('operations.failed', { message: putBack.failure })}
              </span>
            )}
          </div>
        )}
        {loaded.state === 'ready' && chosen.length > 0 ? (
          <DeviceTable
            {...{ list, sort, selectedId, picked, nowMs }}
            rows={chosen}
            mayPick={mayOperate}
            onSort={sortBy}
            onOpen={(id) => {
              setSelectedId(id)
              onOpen(id)
            }}
            onPick={toggle}
            onPickAll={pickAll}
          />
        ) : (
          <Empty loaded={loaded} onRetry={retry}>
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
          onMute={() => {
            setPicked(new Set([openId]))
            setMuting(true)
          }}
          onChanged={changed}
          onClose={() => onOpen(null)}
        />
      )}
      {isMuting && (
        <MuteDialog
          calls={calls}
          ids={[...picked]}
          clockOffsetMs={live.clockOffsetMs}
          onDone={() => {
            setPicked(new Set())
            changed()
          }}
          onClose={() => setMuting(false)}
        />
      )}
      {isRegistering && <RegisterDialog calls={calls} onDone={changed} onClose={() => setRegistering(false)} />}
    </div>
  )
}

import { useState } from 'react'
import type { SettingInForce } from '../../../contract.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Filters } from '../choices.tsx'
import { Empty } from '../empty.tsx'
import { ListHead } from '../list-head.tsx'
import { Scroll } from '../scroll.tsx'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'

const ORIGINS = ['file', 'environment', 'command', 'default'] as const

/** What the service runs with and where each value comes from. Nothing is changed here: files and variables are. */
export function SettingsView({ calls, session, search, refresh }: ViewProps) {
  const { t } = useOperationsWords()
  const isAdmin = session.rights === 'admin'
  const [text, setText] = useState('')
  const [origin, setOrigin] = useState<(typeof ORIGINS)[number] | null>(null)
  const [loaded, retry] = useLoaded('settings', refresh, () => (isAdmin ? calls.settings() : Promise.resolve([])))
  useViewKeys(t('operations.view.settings'), { escape: () => letGo() || setText('') })
  if (!isAdmin) return <p className="card nothing">{t('operations.settings.forAdmins')}</p>
  const all = loaded.state === 'ready' ? loaded.value : []
  const needle = text.toLowerCase()
  const shown = all.filter(
    (one) =>
      (origin === null || one.origin === origin) &&
      `${one.path} ${one.description} ${one.env ?? ''}`.toLowerCase().includes(needle),
  )
  return (
    <section className="card settings-card" aria-label={t('operations.view.settings')}>
      <ListHead
        {...{ search, text }}
        title={t('operations.view.settings')}
        searchLabel={t('operations.search.setting')}
        onText={setText}
      >
        <Filters
          of={ORIGINS}
          chosen={origin}
          wordOf={(one) => `${t(`operations.origin.${one}`)} ${all.filter((setting) => setting.origin === one).length}`}
          onChoose={setOrigin}
        />
      </ListHead>
      {shown.length > 0 ? (
        <Scroll label={t('operations.view.settings')}>
          <table className="plain settings-table">
            <thead>
              <tr>
                <th>{t('operations.settings.path')}</th>
                <th>{t('operations.settings.value')}</th>
                <th>{t('operations.settings.origin')}</th>
                <th className="not-narrow">{t('operations.settings.env')}</th>
                <th className="not-narrow">{t('operations.settings.about')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.path}>
                  <td>
                    <code>{one.path}</code>
                  </td>
                  <td>
                    <Value setting={one} />
                  </td>
                  <td>
                    <span className={one.origin === 'default' ? 'tag' : 'tag is-strong'}>
                      {t(`operations.origin.${one.origin}`)}
                    </span>
                  </td>
                  <td className="not-narrow">
                    <code>{one.env ?? '–'}</code>
                  </td>
                  <td className="not-narrow about" lang="en">
                    {one.description}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : (
        <Empty loaded={loaded} onRetry={retry}>
          {t('operations.noMatch')}
        </Empty>
      )}
      <p className="fine list-note">{t('operations.settings.note')}</p>
    </section>
  )
}

function Value({ setting }: { setting: SettingInForce }) {
  const { t } = useOperationsWords()
  if (setting.isSecret) return <em>{t(setting.isSet ? 'operations.settings.secret' : 'operations.settings.unset')}</em>
  if (!setting.isSet) return <em>{t('operations.settings.unset')}</em>
  const text = typeof setting.value === 'string' ? setting.value : JSON.stringify(setting.value)
  return (
    <code>
      {text} {setting.unit}
    </code>
  )
}

import { DEVICE_TYPES } from '../../../../core/metrics.ts'
import { useOperationsWords } from '../words.ts'
import type { DeviceDraft } from './device-patch.ts'

const FIELDS = ['name', 'type', 'place', 'gateway', 'reportEveryS', 'lat', 'lon'] as const
const NUMBERS: ReadonlySet<string> = new Set(['reportEveryS', 'lat', 'lon'])

/** The fields of a device; read only where nothing may be changed. */
export function DeviceFields({ draft, onChange }: { draft: DeviceDraft; onChange?: (draft: DeviceDraft) => void }) {
  const { t, language } = useOperationsWords()
  const readOnly = onChange === undefined
  const setAttribute = (index: number, change: Partial<DeviceDraft['attributes'][number]>) =>
    onChange?.({
      ...draft,
      attributes: draft.attributes.map((one, at) => (at === index ? { ...one, ...change } : one)),
    })
  return (
    <div className="device-form">
      <datalist id="device-types">
        {Object.entries(DEVICE_TYPES).map(([type, names]) => (
          <option key={type} value={type}>
            {names[language]}
          </option>
        ))}
      </datalist>
      {FIELDS.map((field) => (
        <label key={field} className={`field is-${field}`}>
          {t(`operations.field.${field}`)}
          <input
            value={draft[field]}
            readOnly={readOnly}
            required={field === 'type'}
            inputMode={NUMBERS.has(field) ? 'decimal' : 'text'}
            {...(field === 'type' && { list: 'device-types' })}
            onChange={(event) => onChange?.({ ...draft, [field]: event.target.value })}
          />
        </label>
      ))}
      <fieldset className="attributes">
        <legend>{t('operations.field.attributes')}</legend>
        {draft.attributes.length === 0 && readOnly && <p className="fine">{t('operations.field.noAttributes')}</p>}
        {draft.attributes.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed
          <div key={index} className="attribute">
            <input
              value={name}
              readOnly={readOnly}
              aria-label={t('operations.field.attributeName')}
              placeholder="storeys"
              onChange={(event) => setAttribute(index, { name: event.target.value })}
            />
            <input
              value={value}
              readOnly={readOnly}
              aria-label={t('operations.field.attributeValue')}
              placeholder="3"
              onChange={(event) => setAttribute(index, { value: event.target.value })}
            />
            {!readOnly && (
              <button
                type="button"
                className="icon"
                aria-label={t('operations.field.removeAttribute', { name })}
                onClick={() => onChange({ ...draft, attributes: draft.attributes.filter((_, at) => at !== index) })}
              >
                ×
              </button>
            )}
          </div>
        ))}
        {!readOnly && (
          <button
            type="button"
            onClick={() => onChange({ ...draft, attributes: [...draft.attributes, { name: '', value: '' }] })}
          >
            {t('operations.field.addAttribute')}
          </button>
        )}
      </fieldset>
    </div>
  )
}

import { type ReactNode, useLayoutEffect, useRef } from 'react'
import type { Api } from '../api.ts'
import type { Theme } from '../shell/preferences.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { useWords } from '../words/i18n.ts'
import type { MapOptions } from './create-base-map.ts'
import { loadBase } from './load-base.ts'
import { readPalette } from './map-palette.ts'

interface MapFrameProps<Made> {
  api: Api
  theme: Theme
  className: string
  label: string
  create: (options: MapOptions) => Made
  /** Told of each new map, which is empty (of a new base, theme or language), and null when it goes. */
  onMade: (map: Made | null) => void
  onPick: (id: string) => void
  children?: ReactNode
}

/** Where a map is drawn, with who made its base; what stands on it is said to the map that is made. */
export function MapFrame<Made extends { dispose(): void }>(props: MapFrameProps<Made>) {
  const { api, theme, className, label, create, onMade, onPick, children } = props
  const { t, language } = useWords()
  const target = useRef<HTMLDivElement>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [loaded] = useLoaded('map', null, () => loadBase(api))
  const under = loaded.state === 'ready' ? loaded.value : null
  // Before anything is painted, so that no map is seen empty.
  useLayoutEffect(() => {
    const element = target.current
    if (element === null || under === null) return
    const map = create({
      ...{ target: element, under, language, palette: readPalette(theme) },
      ...{ zoomIn: t('map.zoomIn'), zoomOut: t('map.zoomOut') },
      onPick: (id) => pick.current(id),
    })
    onMade(map)
    return () => {
      onMade(null)
      map.dispose()
    }
  }, [under, theme, language, t, create, onMade])

  return (
    <section className={className} aria-label={label}>
      <div ref={target} className="map" />
      {under?.isFailed && <p className="map-note">{t('map.failed')}</p>}
      {children}
      <span className="map-attribution">{under?.attribution || t('map.attribution')}</span>
    </section>
  )
}

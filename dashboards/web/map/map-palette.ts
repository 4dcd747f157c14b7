import type { Theme } from '../shell/preferences.ts'

/** Colours of the base map: quiet, so that only alerts stand out. The rest comes from the theme's style sheet. */
const BASE = {
  dark: {
    water: '#12324a',
    waterText: '#4a8fbf',
    building: '#18212b',
    buildingLine: '#222d38',
    heritage: '#352c1c',
    heritageLine: '#7a6230',
    road: '#212c37',
    text: '#a9b6c2',
    quarter: '#c9a24b',
    ring: 'transparent',
  },
  light: {
    water: '#c4dff0',
    waterText: '#2f78a8',
    building: '#dfe4e9',
    buildingLine: '#cdd5dc',
    heritage: '#f1e3c0',
    heritageLine: '#b18a33',
    road: '#ffffff',
    text: '#3a4650',
    quarter: '#85610f',
    ring: '#17202a',
  },
} as const

export interface MapPalette extends Record<keyof (typeof BASE)['dark'], string> {
  background: string
  card: string
  ink: string
  faint: string
  accent: string
  ok: string
  font: string
  /** Fill and digit by level, at 1 to 4. */
  level: string[]
  onLevel: string[]
}

export function readPalette(theme: Theme): MapPalette {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    ...BASE[theme],
    background: read('--bg'),
    card: read('--s1'),
    ink: read('--fg'),
    faint: read('--fg3'),
    accent: read('--acc'),
    ok: read('--ok'),
    font: read('--f'),
    level: ['', read('--I'), read('--II'), read('--III'), read('--IV')],
    onLevel: ['', read('--onI'), read('--on'), read('--on'), read('--onIV')],
  }
}

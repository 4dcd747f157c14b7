import type { ComponentType } from 'react'
import type { PagePath } from '../../pages-contract.ts'
import type { WordKey } from '../words/zh.ts'
import type { IconName } from './icon.tsx'
import type { ShellAct } from './keys.ts'
import type { PageProps } from './page-props.ts'

/** One of the pages. */
export interface Page {
  path: PagePath
  word: WordKey
  icon: IconName
  act: ShellAct
  /** The page's own chunk, fetched when somebody goes there. */
  load: () => Promise<{ default: ComponentType<PageProps> }>
}

/** The pages that there are, in the order of the navigation. How one is added: `../README.md`. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    word: 'nav.command',
    icon: 'signal',
    act: 'goCommand',
    load: () => import('../command/command-page.tsx'),
  },
  {
    path: '/river',
    word: 'nav.river',
    icon: 'waves',
    act: 'goRiver',
    load: () => import('../river/river-page.tsx'),
  },
  {
    path: '/heritage',
    word: 'nav.heritage',
    icon: 'house',
    act: 'goHeritage',
    load: () => import('../heritage/heritage-page.tsx'),
  },
  {
    path: '/operations',
    word: 'nav.operations',
    icon: 'pulse',
    act: 'goOperations',
    load: () => import('../operations/operations-page.tsx'),
  },
]

/** The page at a path; undefined where there is none. */
export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => page.path === path)
}

import { pageWords } from '../words/i18n.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export const useCommandWords = pageWords(zh, en)

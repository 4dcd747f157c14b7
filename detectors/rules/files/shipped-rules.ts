import { assetPath } from '../../../core/source-path.ts'

/** Folder of the rule files that come with huying, one per domain. */
export const SHIPPED_RULES = assetPath('detectors/rules/shipped')

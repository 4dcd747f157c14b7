import { assetPath } from '../../../core/source-path.ts'

/** Rule file of the path test. */
export const PATH_TEST_RULES = assetPath('detectors/rules/own/path-test.yaml')

import { type Clause, fail, pass, unseen } from './clause.ts'
import { FRAME_TAGS } from './profile.ts'
import { pictures } from './trace.ts'

/** What a drone or camera sends. */
export const FRAME_CLAUSES: Clause[] = [
  {
    id: 'frames.come',
    level: 'must',
    title: { zh: '发送图像', en: 'Sends pictures' },
    judge(trace, { frames }) {
      const count = pictures(trace).length
      if (count > 0) return pass(`${count} 张`, `${count} of them`)
      return frames?.required ? fail('没有图像', 'none came') : unseen('没有图像', 'none came')
    },
  },
  {
    id: 'frames.placed',
    level: 'must',
    title: { zh: '图像 EXIF/XMP 完整', en: 'Says in EXIF and XMP where and when each was taken' },
    judge(trace, { frames: asked }) {
      const frames = pictures(trace)
      if (frames.length === 0) return unseen('没有图像', 'no pictures came')
      const tags: readonly string[] = asked?.tags ?? FRAME_TAGS
      const missing = new Set(frames.flatMap((frame) => frame.missing.filter((tag) => tags.includes(tag))))
      return missing.size > 0
        ? fail(`缺少 ${[...missing].join(', ')}`, `${[...missing].join(', ')} missing`)
        : pass(`${frames.length} 张齐全`, `all ${frames.length}`)
    },
  },
]

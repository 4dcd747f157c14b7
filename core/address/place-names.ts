/** Cities, districts, sub-districts and villages that a register's addresses name. */
export interface PlaceNames {
  add(place: string): void
  remove(place: string): void
  /** The text without places of the register at its beginning. */
  cut(text: string): string
  /** What stands before a road. `isRoad` says whether the end of it is a road too: an alley off a street. */
  judge(text: string, isRoad: (rest: string) => boolean): 'known' | 'unknown_place' | 'other_place' | 'unknown_prefix'
}

const LEVELS = [
  ['省', '自治区'],
  ['市', '州'],
  ['区', '县'],
  ['街道', '镇', '乡'],
  ['社区', '居委会', '村委会', '村', '街区', '片区', '新村'],
] as const
const PLACE = /^.{1,10}?(?:省|自治区|市|州|社区|街区|片区|区|县|街道|镇|乡|居委会|村委会|新村|村)/
/** What people put before an address without naming a place. */
const COUNTRY = /^(?:中国|中华人民共和国|地址|住址|位于|坐落于?|坐落)+/

export function createPlaceNames(): PlaceNames {
  const counts = new Map<string, number>()
  let names: string[] = []

  function refresh(): void {
    const all = [...counts.keys()].flatMap((place) => {
      const short = withoutLevel(place)
      return short.length >= 2 ? [place, short] : [place]
    })
    names = [...new Set(all)].sort((a, b) => b.length - a.length)
  }

  function cut(text: string): string {
    let rest = text.replace(COUNTRY, '')
    for (;;) {
      const place = names.find((name) => rest.startsWith(name))
      if (place === undefined || /^(?:道|[路街巷弄])/.test(rest.slice(place.length))) return rest
      rest = rest.slice(place.length)
    }
  }

  return {
    add(place) {
      const before = counts.get(place) ?? 0
      counts.set(place, before + 1)
      if (before === 0) refresh()
    },
    remove(place) {
      const left = (counts.get(place) ?? 0) - 1
      if (left > 0) counts.set(place, left)
      else if (counts.delete(place)) refresh()
    },
    cut,
    judge(text, isRoad) {
      let rest = cut(text)
      let isUnknown = false
      for (let found = PLACE.exec(rest); found !== null; found = PLACE.exec(rest)) {
        if (isKnownLevel(found[0], counts)) return 'other_place'
        isUnknown = true
        rest = cut(rest.slice(found[0].length))
      }
      if (rest !== '' && !isRoad(rest)) return 'unknown_prefix'
      return isUnknown ? 'unknown_place' : 'known'
    },
  }
}

/** The smallest that fits: 社区 ends in 区 too. */
function levelOf(place: string): number {
  return LEVELS.findLastIndex((endings) => endings.some((ending) => place.endsWith(ending)))
}

function withoutLevel(place: string): string {
  const ending = (LEVELS[levelOf(place)] ?? []).find((one) => place.endsWith(one))
  return ending === undefined ? place : place.slice(0, -ending.length)
}

/** The register names another place of that level, so this one is not its. Villages are left out of too many addresses to tell. */
function isKnownLevel(place: string, counts: ReadonlyMap<string, number>): boolean {
  const level = levelOf(place)
  return level < LEVELS.length - 1 && [...counts.keys()].some((known) => levelOf(known) === level)
}

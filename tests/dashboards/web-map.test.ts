import Feature from 'ol/Feature.js'
import LineString from 'ol/geom/LineString.js'
import { describe, expect, it } from 'vitest'
import { createProject } from '../../dashboards/web/map/project.ts'
import { streetName } from '../../dashboards/web/map/street-name.ts'
import { degreeGrid, toGcj } from '../../dashboards/web/map/tile-grid.ts'

const HERE = { lon: 120.628, lat: 31.317 }

describe('tiles in CGCS2000', () => {
  it('are those of the matrix set that government map services have', () => {
    const [zoom, column, row] = degreeGrid().getTileCoordForCoordAndZ([HERE.lon, HERE.lat], 16)
    expect(`${zoom}/${row}/${column}`).toBe('16/10682/54727')
    expect(degreeGrid().getResolution(1)).toBe(0.703125)
  })
})

describe('a base map that is shifted', () => {
  it('has places drawn where it draws them, some hundred metres off', () => {
    const [x, y] = createProject(undefined)(HERE) as [number, number]
    const [gcjX, gcjY] = createProject(toGcj)(HERE) as [number, number]
    const metres = Math.hypot(gcjX - x, gcjY - y) * Math.cos((HERE.lat * Math.PI) / 180)
    expect(metres).toBeGreaterThan(300)
    expect(metres).toBeLessThan(700)
  })

  it('leaves places outside of China where they are', () => {
    expect(toGcj([13.4, 52.5])).toEqual([13.4, 52.5])
  })
})

describe('the name of a street', () => {
  const street = (...line: [number, number][]) => {
    const feature = new Feature(new LineString(line))
    feature.setProperties({ name: '学宫巷', name_en: 'Xuegong Lane' })
    return feature
  }
  it('stands upright, one character under the other, where the street runs north to south', () => {
    expect(streetName(street([0, 0], [10, 90]), 'zh')).toEqual({ words: '学\n宫\n巷', isUpright: true })
  })
  it('lies along the street where that runs east to west, and in English', () => {
    expect(streetName(street([0, 0], [90, 10]), 'zh')).toEqual({ words: '学宫巷', isUpright: false })
    expect(streetName(street([0, 0], [10, 90]), 'en')).toEqual({ words: 'Xuegong Lane', isUpright: false })
  })
})

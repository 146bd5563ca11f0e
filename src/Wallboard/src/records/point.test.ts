import { describe, expect, it } from 'vitest'
import { eachOnce, filterQuery, ofStage, toStage, type PointLayer, type RecordPoint } from './point'

const layer = (key: string): PointLayer => ({ key, name: key, mark: key, theme: null, systems: [], index: 0 })
const point = (of: PointLayer, system: string, number: string): RecordPoint =>
  ({ layer: of, theme: null, system, number, lon: 121.4, lat: 31.2, time: 0, category: null, kind: null, state: null, address: null, squad: null, link: null })

describe('points of records', () => {
  it('are drawn once each, by the first layer that has them; numbers are a system\'s own', () => {
    const [matter, all] = [layer('theme:muck'), layer('records:case')]
    const first = point(matter, 'case', '1')
    expect(eachOnce([first, point(all, 'case', '1'), point(all, 'case', '2'), point(all, 'duty', '1')]).map((each) => [each.layer.key, each.system, each.number]))
      .toEqual([['theme:muck', 'case', '1'], ['records:case', 'case', '2'], ['records:case', 'duty', '1']])
  })

  it('are shown on other screens with their days', () => {
    const chosen = new Map([['records:case', ''], ['theme:muck', '']])
    expect(toStage(chosen, 30)).toEqual(['records:case', 'theme:muck'])
    expect(toStage(chosen, 7)).toEqual(['records:case?days=7', 'theme:muck?days=7'])
    for (const days of [7, 30, 90] as const) {
      expect(ofStage(['cameras', 'heat', 'heat:records.case?look=compare', ...toStage(chosen, days), 'zones'])).toEqual({ chosen, days })
    }
    expect(ofStage(['zones', 'theme:muck?days=365'])).toEqual({ chosen: new Map([['theme:muck', '']]), days: 30 })
  })

  it('are shown on other screens with what they are narrowed by; what is not known is left out', () => {
    const filter = filterQuery({ street: null, state: '处理中', category: '违法搭建, 其他', theme: '' })
    expect(filter).toBe('category=%E8%BF%9D%E6%B3%95%E6%90%AD%E5%BB%BA%2C+%E5%85%B6%E4%BB%96&state=%E5%A4%84%E7%90%86%E4%B8%AD')
    const chosen = new Map([['records:complaint', filter], ['records:duty', '']])
    expect(toStage(chosen, 90)).toEqual([`records:complaint?days=90&${filter}`, 'records:duty?days=90'])
    for (const days of [7, 30, 90] as const) {
      expect(ofStage(toStage(chosen, days))).toEqual({ chosen, days })
    }
    expect(ofStage(['records:duty?state=open&colour=red&kind=a']).chosen).toEqual(new Map([['records:duty', 'kind=a&state=open']]))
  })
})

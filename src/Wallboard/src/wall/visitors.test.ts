import { beforeAll, describe, expect, it, vi } from 'vitest'

let withoutPeople: <T>(value: T) => T

beforeAll(async () => {
  vi.stubGlobal('localStorage', { getItem: () => null })
  ;({ withoutPeople } = await import('./visitors'))
})

describe('[STG-8] While visitors are here', () => {
  it('an officer has no name, number, pinyin; the same alias everywhere; the id by which the page works stays', () => {
    const unit = withoutPeople({ n: 3, id: 'officer/0132', kind: 'officer', key: '0132', name: '李明', squad: 'tianshan', plate: null, pinyin: 'lm', lon: 121.4 })
    const breach = withoutPeople({ zone: 'park', zoneName: '中山公园', unit: 'officer/0132', unitName: '李明' })
    const order = withoutPeople({ unit: 'officer/0132', name: '李明', moments: [{ step: 'done', by: '王芳', note: '当事人李某 13912345678' }] })
    expect(unit).toMatchObject({ id: 'officer/0132', key: '', pinyin: '', squad: 'tianshan', lon: 121.4 })
    expect(unit.name).toMatch(/^队员 \d{4}$/)
    expect([breach.unitName, breach.zoneName, order.name]).toEqual([unit.name, '中山公园', unit.name])
    expect(JSON.stringify([unit, breach, order])).not.toMatch(/李|王芳|139|"0132"/)
  })

  it('neither a call for help nor a replay of one unit tells whose it is, wherever its title stands', () => {
    const unit = withoutPeople({ id: 'officer/0132', name: '李明' }).name
    expect(withoutPeople({ key: 'i1', kind: 'sos', title: '李明求助', unit: 'officer/0132' }).title).toBe('求助')
    expect(withoutPeople({ unit: 'officer/7', outcome: 'busy', incident: 'i1', incidentTitle: '李明求助' }).incidentTitle).toBe('求助')
    expect(withoutPeople({ incident: 'i1', title: '李明求助', number: 1, step: 'given' }).title).toBe('求助')
    expect(withoutPeople({ kind: 'street-vending', title: '天山路占道设摊' }).title).toBe('天山路占道设摊')
    const replay = { key: 'k', name: '李明', units: ['officer/0132'], zone: null, bbox: null, openedBy: '王芳' }
    expect(withoutPeople(replay)).toMatchObject({ name: unit, units: ['officer/0132'] })
    expect(withoutPeople({ ...replay, name: '中山公园', units: ['officer/0132'], zone: 'park' }).name).toBe('中山公园')
    expect(JSON.stringify(withoutPeople({ items: [replay] }))).not.toMatch(/李明|王芳/)
  })

  it('others have other aliases', () => {
    const names = Array.from({ length: 100 }, (_, i) => withoutPeople({ id: `officer/${i}`, name: '李' }).name)
    expect(new Set(names).size).toBe(100)
  })

  it('a vehicle keeps its name, unless that is its plate, and shows no plate', () => {
    expect(withoutPeople({ id: 'vehicle/沪A12345', key: '沪A12345', name: '虹桥中队5号车', plate: '沪A12345' })).toMatchObject({ name: '虹桥中队5号车', plate: null, key: '' })
    expect(withoutPeople({ id: 'vehicle/1', name: '沪A·D12345' }).name).toMatch(/^执法车 \d{4}$/)
  })

  it('phones and plates go from every text, and what is no person stays', () => {
    expect(withoutPeople({ title: '占道设摊 联系 13912345678 车 沪A12345', address: '天山路1号', reportedBy: '李明', source: 'phone' }))
      .toEqual({ title: '占道设摊 联系 … 车 …', address: '天山路1号', reportedBy: null, source: 'phone' })
    expect(withoutPeople({ called: [{ key: 'tianshan', name: '天山中队', by: '李明', note: '李明到岗' }], openedBy: '王芳', withdrawnBy: '王芳' }))
      .toEqual({ called: [{ key: 'tianshan', name: '天山中队', by: null, note: '参观模式已隐藏' }], openedBy: '工作人员', withdrawnBy: null })
    const frame = { seq: 4, units: { n: [1, 2], lon: [121.1, 121.2] }, cells: null, names: [] }
    expect(withoutPeople(frame)).toEqual(frame)
    const squads = { squads: [{ key: 'tianshan', name: '天山中队', officers: { online: 3, registered: 5 } }] }
    expect(withoutPeople(squads)).toEqual(squads)
  })
})

import { createEffect, createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLinkage, type Linkage } from './linkage'
import type { MapView, Picture, PicturePart, Stage, StageScreen } from './protocol'

type Shown = Partial<Omit<Picture, 'view'>>

const plain: Picture = { view: null, selection: null, filter: { kinds: [], squads: [], states: [] }, layers: ['zones'], replay: null, period: null, video: null }
const unit = (key: string) => ({ kind: 'unit' as const, key })

function stageAt(version: number, picture: Partial<Picture>, screen: Partial<StageScreen> = {}): Stage {
  return {
    key: 'hall', name: '大厅', version, preset: null, picture: { ...plain, ...picture }, kept: [],
    pitch: null, visitors: false,
    screens: [{ key: 'desk', name: '席位', role: 'free', shows: 'free', link: 'lead', column: 0, row: 0, columns: 1, rows: 1, spans: false, pushed: null, pitch: null, ...screen }],
  }
}

describe('the linkage of a screen with its stage', () => {
  const { view: _, ...rest } = plain
  let said: { parts: Partial<Picture> & { passing?: true }; answer: (version: number) => void; refuse: (reason: string) => void }[] = []
  let applied: { picture: Picture; parts: PicturePart[] }[] = []
  let [shown, setShown] = createSignal<Shown>(rest)
  let joined: Stage
  let isStalled = false
  let joins: () => Promise<Stage>
  let linkage: Linkage
  let dispose: () => void

  const start = async (stage: Stage, own: Shown = rest, seen: (all: Shown) => Shown = (all) => all) => {
    ;[shown, setShown] = createSignal<Shown>(own)
    joined = stage
    createRoot((end) => {
      dispose = end
      linkage = createLinkage({ stage: 'hall', screen: 'desk' }, {
        join: () => joins(),
        show: (parts) => new Promise((answer, refuse) => {
          if (parts.passing === true && !isStalled) {
            answer(1)
          }
          said.push({ parts, answer, refuse: (reason) => { refuse(new Error(reason)) } })
        }),
        mayLead: () => true,
        shown: () => seen(shown()),
        apply: (picture, parts) => {
          applied.push({ picture, parts: [...parts] })
          setShown((before) => ({ ...before, ...Object.fromEntries([...parts].map((part) => [part, picture[part]])) }))
        },
      })
    })
    await linkage.join()
  }
  const settled = () => vi.advanceTimersByTimeAsync(100)
  const hear = (stage: Stage) => { linkage.heard({ key: 'hall', stage }) }

  beforeEach(() => {
    vi.useFakeTimers()
    said = []
    applied = []
    isStalled = false
    joins = () => Promise.resolve(joined)
  })
  afterEach(() => {
    dispose()
    vi.useRealTimers()
  })

  it('shows on joining all that is not as the others have it, and says nothing of it', async () => {
    await start(stageAt(7, { selection: unit('a'), layers: ['cameras', 'zones'] }))
    await settled()
    expect(applied).toMatchObject([{ parts: ['selection', 'layers'] }])
    expect(said).toEqual([])
    expect(linkage.look()).toEqual({ view: null, glideMs: 0 })
  })

  it('says nothing when it learns what it is for: nobody did that', async () => {
    const stage = stageAt(7, { selection: unit('a'), replay: 'tuesday' }, { role: 'charts', shows: 'charts' })
    await start(stage, { ...rest, replay: 'own' }, ({ replay = null, ...others }) => (linkage.role() === 'charts' ? others : { ...others, replay }))
    await settled()
    hear({ ...stage, version: 8, screens: [{ ...stage.screens[0]!, role: 'free', shows: 'free' }] })
    await settled()
    expect(said).toEqual([])
    setShown({ ...shown(), layers: [] })
    await settled()
    expect(said.map((each) => each.parts)).toEqual([{ layers: [] }])
  })

  it('says what is done here, once, with what was done at the same time', async () => {
    await start(stageAt(1, {}))
    setShown({ ...rest, selection: unit('a') })
    setShown({ ...rest, selection: unit('b'), layers: [] })
    await settled()
    expect(said.map((each) => each.parts)).toEqual([{ selection: unit('b'), layers: [] }])
  })

  it('takes news of before what was said here last as old, and shows what another said after it', async () => {
    await start(stageAt(1, {}))
    setShown({ ...rest, selection: unit('a') })
    await settled()
    hear(stageAt(2, { selection: unit('x') })) // Somebody else was a little earlier.
    expect(shown().selection).toEqual(unit('a'))
    said[0]!.answer(3)
    await settled()
    hear(stageAt(2, { selection: unit('x') }))
    expect(shown().selection).toEqual(unit('a'))
    hear(stageAt(3, { selection: unit('a') }))
    hear(stageAt(4, { selection: unit('y') }))
    expect(shown().selection).toEqual(unit('y'))
    await settled()
    expect(said).toHaveLength(1)
  })

  it('leaves what somebody looks at here in the parts that did not change', async () => {
    await start(stageAt(1, { selection: unit('a') }, { link: 'follow' }))
    setShown({ ...shown(), selection: unit('mine') })
    hear(stageAt(2, { selection: unit('a'), layers: [] }, { link: 'follow' }))
    expect(shown()).toMatchObject({ selection: unit('mine'), layers: [] })
    hear(stageAt(3, { selection: unit('b'), layers: [] }, { link: 'follow' }))
    expect(shown().selection).toEqual(unit('b'))
    await settled()
    expect(said).toEqual([])
  })

  it('shows what the others do again when it may not lead', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    said[0]!.refuse('follows: this screen does not lead')
    await settled()
    expect(shown().selection).toEqual(unit('a'))
  })

  it('keeps what is done here while there is no connection, and shows what the others do when there is one', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    said[0]!.refuse('not connected')
    await settled()
    expect(shown().selection).toEqual(unit('b'))
    joined = stageAt(4, { selection: unit('c') })
    await linkage.join()
    expect(shown().selection).toEqual(unit('c'))
  })

  it('says on the next connection what was done without one, unless another has changed that meanwhile', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    setShown({ ...shown(), layers: [] })
    said[0]!.refuse('Invocation canceled due to the underlying connection being closed.')
    await settled()
    said[1]!.refuse('not connected')
    await settled()
    setShown({ ...shown(), selection: unit('a') })
    setShown({ ...shown(), selection: unit('b') }) // Done, undone and done again.
    await settled()
    said.slice(2).forEach((each) => { each.refuse('not connected') })
    await settled()
    joined = stageAt(4, { selection: unit('a'), layers: ['cameras'] })
    const before = said.length
    await linkage.join()
    await settled()
    expect(shown()).toMatchObject({ selection: unit('b'), layers: ['cameras'] })
    expect(said.slice(before).map((each) => each.parts)).toEqual([{ selection: unit('b') }])
    said.at(-1)!.answer(5)
    await settled()
    hear(stageAt(5, { selection: unit('b'), layers: ['cameras'] }))
    hear(stageAt(6, { selection: unit('c'), layers: ['cameras'] }))
    expect(shown().selection).toEqual(unit('c'))
  })

  it('says what was done last, however much of it was under way when the connection was lost, and whichever of it the host had taken', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    for (const key of ['b', 'c', 'd']) {
      setShown({ ...shown(), selection: unit(key) })
      await settled()
    }
    said.forEach((each) => { each.refuse('connection closed') })
    await settled()
    joined = stageAt(3, { selection: unit('c') }) // The first two had come through.
    await linkage.join()
    await settled()
    expect([shown().selection, said.slice(3).map((each) => each.parts)]).toEqual([unit('d'), [{ selection: unit('d') }]])
  })

  it('keeps what was done here over a connection that is lost while it joins, and says what was done while it joined after that', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    said[0]!.refuse('not connected')
    await settled()
    joins = () => Promise.reject(new Error('connection closed'))
    await linkage.join()
    let answer: (stage: Stage) => void = () => undefined
    joins = () => new Promise((resolve) => { answer = resolve })
    const joining = linkage.join()
    setShown({ ...shown(), selection: unit('c') })
    await settled()
    answer(stageAt(1, { selection: unit('a') }))
    await joining
    await settled()
    expect([shown().selection, said.slice(1).map((each) => each.parts).at(-1)]).toEqual([unit('c'), { selection: unit('c') }])
  })

  it('shows what the others do when it was made to follow while it had no connection', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    said[0]!.refuse('not connected')
    await settled()
    joined = stageAt(2, { selection: unit('a') }, { link: 'follow' })
    await linkage.join()
    await settled()
    expect([shown().selection, said.length]).toEqual([unit('a'), 1])
  })

  it('does not say a third time what two connections were lost over, nor what the host refused', async () => {
    await start(stageAt(1, { selection: unit('a') }))
    setShown({ ...shown(), selection: unit('b') })
    await settled()
    said[0]!.refuse('connection closed')
    await settled()
    await linkage.join()
    await settled()
    said[1]!.refuse('connection closed')
    await settled()
    await linkage.join()
    await settled()
    expect([said.length, shown().selection]).toEqual([2, unit('a')])

    setShown({ ...shown(), selection: unit('bad') })
    await settled()
    said[2]!.refuse('HubException: protocol: Show takes parts of a picture')
    await settled()
    await linkage.join()
    await settled()
    expect([said.length, shown().selection]).toEqual([3, unit('a')])
  })

  it('joins a stage that is made, or given this screen, after it asked', async () => {
    await start(stageAt(1, {}, { key: 'another' }))
    expect(linkage.standing()).toBe('unknown')
    joined = stageAt(2, { selection: unit('a') })
    await vi.advanceTimersByTimeAsync(10_000)
    expect([linkage.standing(), shown().selection]).toEqual(['joined', unit('a')])
    joined = stageAt(3, { selection: unit('b') })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(shown().selection).toEqual(unit('a')) // It does not ask any more.
  })

  it('shows what is cast on it, whatever the others do, and the others’ again when that is taken back', async () => {
    const pushed = { by: '王', at: '', picture: { ...plain, selection: unit('cast') } }
    await start(stageAt(1, { selection: unit('a') }))
    hear(stageAt(2, { selection: unit('a') }, { pushed, shows: 'charts' }))
    expect([shown().selection, linkage.role(), linkage.leads()]).toEqual([unit('cast'), 'charts', false])
    hear(stageAt(3, { selection: unit('b') }, { pushed, shows: 'charts' }))
    expect(shown().selection).toEqual(unit('cast'))
    hear(stageAt(4, { selection: unit('b') }))
    expect([shown().selection, linkage.role(), linkage.leads()]).toEqual([unit('b'), 'free', true])
  })

  it('alone shows and says nothing, and linked again shows what it missed', async () => {
    await start(stageAt(1, { selection: unit('a') }, { link: 'alone' }))
    hear(stageAt(2, { selection: unit('b') }, { link: 'alone' }))
    setShown({ ...rest, selection: unit('mine') })
    await settled()
    expect([shown().selection, said, linkage.look()]).toEqual([unit('mine'), [], null])
    hear(stageAt(3, { selection: unit('b') }, { link: 'follow' }))
    expect(shown().selection).toEqual(unit('b'))
  })

  it('shows where its map looks while it moves, no more often than the host bears, and keeps where it came to rest', async () => {
    await start(stageAt(1, {}))
    const at = (i: number): MapView => ({ lon: 121 + i / 100, lat: 31, zoom: 14 })
    for (let i = 0; i < 100; i++) {
      linkage.moving(at(i))
      linkage.rested(at(i))
      await vi.advanceTimersByTimeAsync(10)
    }
    linkage.heardLook({ lon: 0, lat: 0, zoom: 1 }) // Another moves, too: two hands at one map.
    expect(linkage.look()).toEqual({ view: null, glideMs: 0 })
    await vi.advanceTimersByTimeAsync(500)
    const passing = said.filter((each) => each.parts.passing === true)
    expect(passing.length).toBeGreaterThan(5)
    expect(passing.length).toBeLessThanOrEqual(13)
    expect(said.at(-1)!.parts).toEqual({ view: at(99) })
    said.at(-1)!.answer(2)
    await settled()
    hear(stageAt(3, { view: at(5) }))
    expect(linkage.look()).toMatchObject({ view: at(5) })
  })

  it('sends no look while one is unanswered', async () => {
    await start(stageAt(1, {}))
    isStalled = true
    for (let i = 0; i < 100; i++) {
      linkage.moving({ lon: 121, lat: 31, zoom: 14 })
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(said).toHaveLength(1)
  })

  it('goes back to what is kept when nothing follows a passing look, and when it may not move the others any more', async () => {
    const kept: MapView = { lon: 121.5, lat: 31.5, zoom: 13 }
    await start(stageAt(1, { view: kept }))
    linkage.heardLook({ lon: 121, lat: 31, zoom: 15 })
    await vi.advanceTimersByTimeAsync(2000)
    expect(linkage.look()).toMatchObject({ view: kept })
    linkage.moving({ lon: 121, lat: 31, zoom: 15 })
    hear(stageAt(2, { view: kept }, { link: 'follow' }))
    expect(linkage.look()).toMatchObject({ view: kept })
    hear(stageAt(3, { view: { ...kept, zoom: 11 } }, { link: 'follow' }))
    expect(linkage.look()).toMatchObject({ view: { zoom: 11 } })
  })

  it('takes a stage that was made anew as it is, though its versions begin again', async () => {
    await start(stageAt(57, {}))
    setShown({ ...shown(), selection: unit('a') })
    await settled()
    said[0]!.answer(58)
    await settled()
    linkage.heard({ key: 'hall', stage: null })
    hear(stageAt(1, { selection: unit('b') }))
    expect(shown().selection).toEqual(unit('b'))
  })

  it('is told when its stage is removed, and is a wall of its own then', async () => {
    await start(stageAt(1, {}))
    const seen: string[] = []
    createRoot((end) => {
      createEffect(() => { seen.push(`${linkage.standing()} ${linkage.stage()?.key ?? 'none'}`) })
      onTestFinished(end)
    })
    linkage.heard({ key: 'hall', stage: null })
    expect(seen).toEqual(['joined hall', 'unknown none'])
    expect([linkage.standing(), linkage.role(), linkage.leads()]).toEqual(['unknown', 'free', false])
  })
})

import { describe, expect, it } from 'vitest'
import type { CellCount } from '../hub/protocol'
import { zh } from '../text/zh'
import { cellLines, kindsText, silentIn } from './cells'

const cell: CellCount = ['8a30d0000000fff', 1_080, 2, [1_000, 80, 0], [0, 700, 300, 0, 80, 0]]

describe('a cell of many units', () => {
  it('says how many of which kind there are, and leaves out kinds that there are none of', () => {
    expect(kindsText(cell, zh)).toBe('人 1,000  车 80')
  })

  it('says how many nothing has been heard of', () => {
    expect(silentIn(cell)).toBe(80)
  })

  it('tells under the pointer how many of which kind and state, and alarms where there are any', () => {
    expect(cellLines(cell, zh)).toEqual(['1,080 人（车）', '人 1,000  车 80', '行进 700 · 停留 300 · 无信号 80', '告警 2', '点按或放大可展开'])
    expect(cellLines([cell[0], 1, 0, [1, 0, 0], [0, 1, 0, 0, 0, 0]], zh)).toEqual(['1 人（车）', '人 1', '行进 1', '点按或放大可展开'])
  })
})

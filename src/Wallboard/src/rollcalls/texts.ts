import { language } from '../text/language'

/** What our own centre is called, as a caller and when it is called itself. */
export const centreName = '指挥中心'

/** Who may call: the centre, or those that call it (S0-04). Names, in every language. */
export const callers: readonly string[] = [centreName, '市局指挥中心', '区城运中心']

const zh = {
  rollCall: '点名',
  centre: centreName,
  calledBy: (caller: string) => `${caller} 点名`,
  left: (time: string) => `剩 ${time}`,
  over: (time: string) => `${time} 截止`,
  state: { waiting: '待应答', answered: '已应答', late: '迟到', missed: '未应答' },
  answer: (name: string) => `${name} 已应答`,
  takeBack: (name: string) => `撤回 ${name} 的应答`,
  takeBackSure: '再点一次撤回',
  withdraw: '撤回点名',
  withdrawSure: '确认撤回',
  failed: '未能登记，请重试',
  denied: '当前岗位不能登记',
  conflict: '点名已撤回或已过登记时限',

  who: '由谁点名',
  titleLabel: '名称',
  titleOf: { morning: '早点名', day: '日间点名', evening: '晚点名' },
  radio: '电台点名',
  within: '应答时限',
  minutes: (count: number) => `${count} 分钟`,
  squads: '点到',
  noSquads: '还没有中队：先登记中队',
  start: '开始点名',
  starting: '正在发起…',
  chooseOne: '至少选一个',

  ledger: '近30天',
  ledgerNone: '近30天没有点名',
  ledgerFailed: '台账暂时读不出，请稍后再看',
  ledgerRow: (calls: number) => `点到 ${calls} 次`,
  csv: '台账 CSV',
}

const en: typeof zh = {
  rollCall: 'Roll call',
  centre: 'Command centre',
  calledBy: (caller) => `called by ${caller}`,
  left: (time) => `${time} left`,
  over: (time) => `ended ${time}`,
  state: { waiting: 'Waiting', answered: 'Answered', late: 'Late', missed: 'Missed' },
  answer: (name) => `${name} has answered`,
  takeBack: (name) => `Take back the answer of ${name}`,
  takeBackSure: 'Tap again to take back',
  withdraw: 'Withdraw',
  withdrawSure: 'Withdraw it',
  failed: 'Not put down; try again',
  denied: 'Not for this post',
  conflict: 'It was withdrawn, or is too long ago',

  who: 'Called by',
  titleLabel: 'Title',
  titleOf: { morning: 'Morning roll call', day: 'Roll call', evening: 'Evening roll call' },
  radio: 'Radio roll call',
  within: 'Time to answer',
  minutes: (count) => `${count} min`,
  squads: 'Who is called',
  noSquads: 'There are no squads yet: register them first',
  start: 'Call the roll',
  starting: 'Calling…',
  chooseOne: 'Choose one at least',

  ledger: 'Last 30 days',
  ledgerNone: 'No roll call in the last 30 days',
  ledgerFailed: 'The ledger cannot be read at the moment',
  ledgerRow: (calls) => `called ${calls} ×`,
  csv: 'Ledger as CSV',
}

/** The words about roll calls in the chosen language; reactive. */
export const rollCallWords = (): typeof zh => (language() === 'zh' ? zh : en)

/** Who calls or is called: the centre's own name is a word of every language; others' names are theirs. */
export const nameOf = (who: string): string => (who === centreName ? rollCallWords().centre : who)

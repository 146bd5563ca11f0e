import { language } from '../text/language'

const zh = {
  setup: '设置',
  back: '返回大屏',
  nothing: '当前岗位没有需要在这里设置的内容',
}

const en: typeof zh = {
  setup: 'Setup',
  back: 'Back to the wall',
  nothing: 'There is nothing to set up for your post',
}

/** The words of the setup page in the chosen language; reactive. */
export const setupWords = () => (language() === 'zh' ? zh : en)

import '@fontsource-variable/noto-sans-sc/wght.css'
import './wall/base.css'
import { render } from 'solid-js/web'
import { App } from './wall/App'
import { language, setLanguage } from './text/language'
import { startClock } from './time/clock'
import { publishPalette } from './wall/palette'

publishPalette(document.documentElement)
setLanguage(language())
startClock()
render(() => <App />, document.getElementById('wall')!)

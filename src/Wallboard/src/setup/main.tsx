import '@fontsource-variable/noto-sans-sc/wght.css'
import '../wall/base.css'
import { render } from 'solid-js/web'
import { language, setLanguage } from '../text/language'
import { startClock } from '../time/clock'
import { publishPalette } from '../wall/palette'
import { SetupApp } from './SetupApp'

publishPalette(document.documentElement)
setLanguage(language())
startClock()
render(() => <SetupApp />, document.getElementById('wall')!)

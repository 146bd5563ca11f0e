import 'uplot/dist/uPlot.min.css'
import { createEffect, onCleanup, onMount } from 'solid-js'
import UPlot from 'uplot'
import { pageFont } from '../map/fonts'
import { textPixels } from '../wall/hall'
import { accentColour, css } from '../wall/palette'
import type { Span } from './clock'
import type { PastTrack } from './tracks'

const perKilometreAnHour = 3.6
/** A chart of somebody who stands still is not all noise. */
const leastTop = 20

/** The reported speeds over the time line, to the pixel above it; where nothing is known the line breaks off. */
export function SpeedChart(props: { track: PastTrack; span: Span; gutter: () => number; label: string }) {
  let element!: HTMLDivElement
  onMount(() => {
    createEffect(() => {
      const { span, track } = props
      const size = () => ({ width: element.clientWidth, height: element.clientHeight })
      const style = getComputedStyle(document.documentElement)
      const ink = style.getPropertyValue('--text-3')
      const chart = new UPlot({
        ...size(),
        padding: [6, 0, 2, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [span.from / 1000, span.to / 1000] },
          y: { range: (_, __, most) => [0, Math.max(leastTop, Math.ceil((most ?? 0) / 10) * 10)] },
        },
        axes: [
          { show: false },
          {
            size: props.gutter(), stroke: ink, font: `${Math.round(textPixels(props.gutter() * 0.22))}px "${pageFont}"`, gap: 4,
            grid: { stroke: style.getPropertyValue('--line-strong'), width: 1 }, ticks: { show: false }, splits: (_, __, ___, most) => [0, most / 2, most],
          },
        ],
        series: [{}, { stroke: css(accentColour), fill: css(accentColour, 0.16), width: 1.25, points: { show: false }, spanGaps: false }],
      }, speedsOf(track), element)
      const observer = new ResizeObserver(() => { chart.setSize(size()) })
      observer.observe(element)
      onCleanup(() => {
        observer.disconnect()
        chart.destroy()
      })
    })
  })
  return <div class="replay-chart" ref={element} role="img" aria-label={props.label} />
}

/** Seconds and km/h, with a hole after each fix that the unit was silent after. */
export function speedsOf(track: PastTrack): [number[], (number | null)[]] {
  const times: number[] = []
  const speeds: (number | null)[] = []
  for (let i = 0; i < track.size; i++) {
    const speed = track.speed[i]!
    times.push(track.time[i]! / 1000)
    speeds.push(Number.isNaN(speed) ? null : speed * perKilometreAnHour)
    if (track.joined[i] === 0 && i + 1 < track.size) {
      times.push(track.time[i]! / 1000 + 0.001)
      speeds.push(null)
    }
  }
  return [times, speeds]
}

// Types of the one file that holds all of ECharts: what its parts have.
declare module 'echarts/dist/echarts.esm.min' {
  export { init } from 'echarts/core'
}

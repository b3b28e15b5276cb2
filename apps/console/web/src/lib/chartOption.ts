import type { EChartsCoreOption } from "echarts/core";
import type { Series } from "../api/client";
import { clock, mark, text } from "./format";
import type { DrawnLine } from "./lines";

type Color = (property: string) => string;

/** What ECharts is to draw. `color` reads a CSS custom property in the theme in force. */
export function chartOption(series: Series, lines: readonly DrawnLine[], color: Color): EChartsCoreOption {
  const axisText = { color: color("--muted"), fontSize: 11, fontFamily: color("--font") };
  const axisLine = { lineStyle: { color: color("--border") } };
  return {
    animation: false,
    grid: {
      left: 8,
      right: 12,
      top: 12,
      bottom: 4,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    xAxis: {
      type: "time",
      min: (series.timestamps.at(0) ?? 0) * 1000,
      max: (series.timestamps.at(-1) ?? 0) * 1000,
      splitNumber: 4,
      axisLine,
      axisTick: { show: false },
      axisLabel: { ...axisText, hideOverlap: true, formatter: (at: number) => clock(at / 1000) },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      splitLine: axisLine,
      axisLabel: { ...axisText, formatter: (value: number) => mark(value, series.unit) },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      axisPointer: { lineStyle: { color: color("--muted"), type: "solid", width: 1 } },
      backgroundColor: color("--surface"),
      borderColor: color("--border"),
      textStyle: { color: color("--text"), fontSize: 12, fontFamily: color("--font") },
      // Elements, not HTML text: the content security policy forbids style attributes, and names need no escaping.
      formatter: (points: TooltipPoint | TooltipPoint[]) =>
        tooltip(Array.isArray(points) ? points : [points], series, lines, color),
    },
    series: lines.map((line) => drawLine(line, series.timestamps, color)),
  };
}

function drawLine(line: DrawnLine, timestamps: readonly number[], color: Color) {
  const own = color(line.color);
  return {
    id: line.key,
    name: line.name,
    type: "line",
    showSymbol: false,
    symbolSize: 6,
    connectNulls: false,
    lineStyle: { width: line.stacked ? 1 : 2, type: line.dashed ? "dashed" : "solid" },
    itemStyle: { color: own },
    emphasis: { disabled: true },
    ...(line.stacked && { stack: "all", areaStyle: { color: own, opacity: 0.35 } }),
    dimensions: [{ name: "at", type: "time" }, { name: "value" }],
    data: points(line.values, timestamps),
  };
}

/**
 * Milliseconds and value of each point in turn, no value as NaN. ECharts copies what it is given: an array for each
 * point made that, with the 600 lines of 100 planes, half of what a refresh takes.
 */
function points(values: DrawnLine["values"], timestamps: readonly number[]): Float64Array {
  return Float64Array.from({ length: 2 * timestamps.length }, (_, place) => {
    const index = place >> 1;
    return place % 2 === 0 ? (timestamps[index] ?? NaN) * 1000 : (values[index] ?? NaN);
  });
}

interface TooltipPoint {
  seriesId?: string;
  value?: unknown;
}

/** More lines than this would cover the page: the highest are shown, the others counted. */
const LISTED = 12;

/** The tooltip's content for one moment; lines without a value then are left out. */
export function tooltip(
  points: readonly TooltipPoint[],
  series: Series,
  lines: readonly DrawnLine[],
  color: Color,
): HTMLElement {
  const box = document.createElement("div");
  box.className = "tooltip";
  const moment = document.createElement("div");
  moment.className = "tooltip-time";
  const [at] = (points[0]?.value ?? [0]) as [number];
  moment.textContent = clock(at / 1000, true);
  box.append(moment);
  const found: { line: DrawnLine; value: number }[] = [];
  for (const point of points) {
    const line = lines.find((each) => each.key === point.seriesId);
    const [, value] = (point.value ?? []) as [number?, number?];
    if (line && value !== undefined && Number.isFinite(value)) found.push({ line, value });
  }
  const shown =
    found.length > LISTED ? found.sort((one, other) => other.value - one.value).slice(0, LISTED) : found;
  box.append(...shown.map(({ line, value }) => row(line, text(value, series.unit), color)));
  const rest = found.length - shown.length;
  if (rest > 0) box.append(note(`and ${rest} lower ones`));
  if (found.length === 0) box.append(note("No data"));
  return box;
}

function note(content: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "tooltip-time";
  element.textContent = content;
  return element;
}

function row(line: DrawnLine, value: string, color: Color): HTMLElement {
  const element = document.createElement("div");
  element.className = "tooltip-row";
  const swatch = document.createElement("span");
  swatch.className = line.dashed ? "swatch dashed" : "swatch";
  swatch.style.color = color(line.color);
  const [name, amount] = [document.createElement("span"), document.createElement("strong")];
  name.textContent = line.name;
  amount.textContent = value;
  element.append(swatch, name, amount);
  return element;
}

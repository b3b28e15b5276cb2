import type { Plane, Series, SeriesLine, State } from "../api/client";

/** A line as charts and tables draw it: `color` is the name of a CSS custom property. */
export interface DrawnLine {
  key: string;
  name: string;
  color: string;
  dashed: boolean;
  stacked: boolean;
  values: (number | null)[];
}

const PALETTE = 8;
const CLASS_COLORS: Record<string, string> = {
  "2xx": "--ok",
  "3xx": "--line-1",
  "4xx": "--warn",
  "5xx": "--bad",
  error: "--bad",
};

let remembered: ReadonlyMap<string, string> = new Map();

/** One colour per plane, the same on every page whatever is selected; for the same planes the same map. */
export function planeColors(planes: readonly Plane[]): ReadonlyMap<string, string> {
  const keys = planes.map((plane) => keyOf(plane.environment, plane.id));
  const before = [...remembered.keys()];
  if (keys.length !== before.length || keys.some((key, index) => key !== before[index]))
    remembered = new Map(keys.map((key, index) => [key, color(index)]));
  return remembered;
}

function color(index: number): string {
  return `--line-${(index % PALETTE) + 1}`;
}

const GRAVITY: readonly State[] = ["down", "missing", "degraded", "unknown", "up"];

/** The planes that somebody has to look at before all others; otherwise in the order given. */
export function gravestFirst(planes: readonly Plane[]): Plane[] {
  return [...planes].sort((one, other) => GRAVITY.indexOf(one.state) - GRAVITY.indexOf(other.state));
}

export function keyOf(environment: string | null, plane: string | null): string {
  return `${environment ?? ""}/${plane ?? ""}`;
}

/** The lines of a series, coloured; `suffix` tells apart lines of two series in one chart. */
export function drawn(
  series: Series,
  colors: ReadonlyMap<string, string>,
  options: { suffix?: string; dashed?: boolean } = {},
): DrawnLine[] {
  return series.lines.map((line, index) => ({
    key: line.label + (options.suffix ?? ""),
    name: options.suffix ? `${line.label} ${options.suffix}` : line.label,
    color: lineColor(line, colors) ?? color(index),
    dashed: options.dashed ?? false,
    stacked: line.status_class !== null,
    values: line.values,
  }));
}

function lineColor(line: SeriesLine, colors: ReadonlyMap<string, string>): string | undefined {
  if (line.status_class !== null) return CLASS_COLORS[line.status_class] ?? "--unknown";
  return colors.get(keyOf(line.environment, line.data_plane_id));
}

/** The last value there is. */
export function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function hasData(lines: readonly DrawnLine[]): boolean {
  return lines.some((line) => line.values.some((value) => value !== null));
}

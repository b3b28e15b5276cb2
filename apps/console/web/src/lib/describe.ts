import type { Series } from "../api/client";
import { RANGE_NAMES } from "../state/view";
import { text } from "./format";
import { latest, type DrawnLine } from "./lines";

/** More lines than this are counted, not read out. */
const READ_OUT = 6;

/** What a chart shows, in words: for those who do not see it. */
export function describe(title: string, series: Series, lines: readonly DrawnLine[]): string {
  const opening = `${title} over the last ${RANGE_NAMES[series.range]}, ${lines.length} line${lines.length === 1 ? "" : "s"}.`;
  const parts = lines.slice(0, READ_OUT).map((line) => {
    const values = line.values.filter((value) => value !== null);
    const now = text(latest(line.values), series.unit);
    if (values.length === 0) return `${line.name}: no data`;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return `${line.name}: now ${now}, between ${text(low, series.unit)} and ${text(high, series.unit)}`;
  });
  const rest = lines.length > READ_OUT ? ` And ${lines.length - READ_OUT} more.` : "";
  return `${opening} ${parts.join(". ")}.${rest}`;
}

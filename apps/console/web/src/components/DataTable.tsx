import type { Series } from "../api/client";
import { clock, text } from "../lib/format";
import type { DrawnLine } from "../lib/lines";

/** A chart's numbers, the newest first; it scrolls within the chart's place, with the keyboard too. */
export function DataTable(props: { title: string; series: Series; lines: readonly DrawnLine[] }) {
  const { title, series, lines } = props;
  const rows = series.timestamps.map((at, index) => ({ at, index })).reverse();
  return (
    <div className="table-scroll" role="region" aria-label={`${title}, table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map((line) => (
              <th scope="col" key={line.key}>
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, index }) => (
            <tr key={at}>
              <th scope="row">{clock(at, series.step_seconds < 60)}</th>
              {lines.map((line) => (
                <td key={line.key}>{text(line.values[index], series.unit)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { useId, useMemo, useState, type ReactNode } from "react";
import { drawn, hasData, type DrawnLine } from "../lib/lines";
import { useResource } from "../state/useResource";
import { RANGE_NAMES, type Theme } from "../state/view";
import { DataTable } from "./DataTable";
import { Icon } from "./Icon";
import { Legend } from "./Legend";
import { ErrorNotice, StaleNote, type Said } from "./Notice";
import { TimeChart } from "./TimeChart";
import { describe } from "../lib/describe";

/** A chart over time with legend, table and every state in between; its size never changes. */
export function ChartPanel(props: {
  title: string;
  note?: string;
  primary: string;
  primaryName?: string;
  secondary?: string;
  secondaryName?: string;
  tick: number;
  theme: Theme;
  colors: ReadonlyMap<string, string>;
  said: Said;
}) {
  const heading = useId();
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const first = useResource<"series">(props.primary, props.tick);
  const second = useResource<"series">(props.secondary ?? null, props.tick);
  const series = first.data;
  const { colors, primaryName, secondaryName } = props;
  const dashed = second.data;
  // Remembered: a chart draws its lines anew whenever they are others, and every answer to the page comes through here.
  const lines: DrawnLine[] = useMemo(
    () => [
      ...(series ? drawn(series, colors, { suffix: primaryName ?? "" }) : []),
      ...(dashed ? drawn(dashed, colors, { suffix: secondaryName ?? "", dashed: true }) : []),
    ],
    [series, dashed, colors, primaryName, secondaryName],
  );
  const shown = useMemo(() => lines.filter((line) => !hidden.has(line.key)), [lines, hidden]);
  // An environment nobody has is said by the page, too.
  const told = first.status === 404 || props.said.includes(first.error);
  const toggle = (key: string) => {
    setHidden((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  };

  return (
    <section className="card panel" aria-labelledby={heading} aria-busy={!series && !first.error}>
      <div className="panel-head">
        <h2 id={heading}>{props.title}</h2>
        {props.note && <span className="panel-note">{props.note}</span>}
        <button
          type="button"
          className="icon-button"
          aria-pressed={asTable}
          aria-label={`Show ${props.title.toLowerCase()} as a table`}
          title={asTable ? "Show as a chart" : "Show as a table"}
          onClick={() => {
            setAsTable(!asTable);
          }}
        >
          <Icon name={asTable ? "chart" : "table"} />
        </button>
      </div>
      <StaleNote resource={first} said={props.said} />
      <div className="panel-body">
        {!series && !first.error && <div className="skeleton panel-fill" aria-hidden="true" />}
        {!series && first.error && !told && <ErrorNotice message={first.error} retry={first.retry} />}
        {!series && first.error && told && <Empty>Not loaded</Empty>}
        {series && !hasData(lines) && <Empty>No data in the last {RANGE_NAMES[series.range]}</Empty>}
        {series &&
          hasData(lines) &&
          (asTable ? (
            <DataTable title={props.title} series={series} lines={lines} />
          ) : (
            <TimeChart
              label={describe(props.title, series, lines)}
              series={series}
              lines={shown}
              theme={props.theme}
            />
          ))}
      </div>
      <Legend lines={lines} unit={series?.unit} hidden={hidden} toggle={toggle} />
    </section>
  );
}

function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="empty">
      <Icon name="empty" size={32} />
      <p>{children}</p>
    </div>
  );
}

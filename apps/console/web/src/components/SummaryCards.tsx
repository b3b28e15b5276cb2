import type { CSSProperties } from "react";
import type { Range, Summary, Unit } from "../api/client";
import { quantity, text } from "../lib/format";
import { keyOf } from "../lib/lines";
import { RANGE_NAMES } from "../state/view";
import { Amount } from "./Figure";

type FigureName = "request_rate" | "p95" | "p50" | "error_ratio";

const CARDS: { figure: FigureName; title: string; unit: Unit }[] = [
  { figure: "request_rate", title: "Request rate", unit: "requests/s" },
  { figure: "p95", title: "p95 latency", unit: "s" },
  { figure: "p50", title: "p50 latency", unit: "s" },
  { figure: "error_ratio", title: "Error rate", unit: "ratio" },
];

/** More planes than this are not listed below a figure: the charts show them. */
const LISTED = 4;
/** Planes to make room for before any are known. */
const TYPICAL = 3;

export function SummaryCards(props: {
  summary: Summary | null;
  environment: string;
  colors: ReadonlyMap<string, string>;
  range: Range;
}) {
  const { summary, colors } = props;
  const expected = props.environment === "all" ? colors.size || TYPICAL : 1;
  const rows = expected > LISTED ? 1 : expected;
  return (
    <section aria-label={`Figures over the last ${RANGE_NAMES[props.range]}`} aria-busy={summary === null}>
      {/* The cards keep the height of what is to come, so that nothing moves when it does. */}
      <div className="summary-grid" style={{ "--rows": rows } as CSSProperties}>
        {CARDS.map(({ figure, title, unit }) => {
          const shown = quantity(summary?.[figure], unit);
          return (
            <div className="card summary" key={figure}>
              <h2>{title}</h2>
              <p className={summary ? "summary-value" : "summary-value skeleton-text"}>
                <Amount value={shown.value} unit={shown.unit} />
              </p>
              {summary && <Shares summary={summary} figure={figure} unit={unit} colors={colors} />}
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Shares(props: {
  summary: Summary;
  figure: FigureName;
  unit: Unit;
  colors: ReadonlyMap<string, string>;
}) {
  const { planes } = props.summary;
  if (planes.length < 2 || planes.length > LISTED)
    return <p className="summary-note">{explain(props.figure, props.summary)}</p>;
  return (
    <ul className="shares">
      {planes.map((plane) => {
        const key = keyOf(plane.environment, plane.id);
        return (
          <li key={key}>
            <span className="swatch" style={{ background: `var(${props.colors.get(key) ?? "--line-1"})` }} />
            <span className="shares-name" title={plane.id}>
              {plane.id}
            </span>
            <span className="shares-value">{text(plane[props.figure], props.unit)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function explain(figure: FigureName, { requests, error_ratio }: Summary): string {
  if (requests === null || Math.round(requests) === 0) return "No requests in this range";
  const total = text(requests, "requests");
  switch (figure) {
    case "request_rate":
      return `${total} requests in all`;
    case "p95":
      return "95 of 100 requests were faster";
    case "p50":
      return "Half of the requests were faster";
    case "error_ratio":
      return `${text(requests * (error_ratio ?? 0), "requests")} of ${total} requests failed`;
  }
}
